import { context } from '@opentelemetry/api';
import { warnOnce } from '../../conventions/warn-once.ts';
import { providerNameOf } from '../../providers/names.ts';
import type { Dictionary } from '../../providers/read.ts';
import { shapeOfBedrockAnswer } from '../bedrock/batch-answers.ts';
import { messageAnswer } from '../core/anthropic-wire/batch-answers.ts';
import type {
  BatchResults,
  ReadingSummary as RecordedBatchResults,
} from '../core/batch/batch-reading.ts';
import { ResultLines } from '../core/batch/result-lines.ts';
import type { CallShape } from '../core/call/shape.ts';
import { shapeOfGeminiAnswer } from '../core/gemini-wire/batch-answers.ts';
import { guarded } from '../core/guard.ts';
import { shapeOfMistralAnswer } from '../mistral/answers.ts';
import { startCostspanAlone } from './start.ts';

export type { ReadingSummary as RecordedBatchResults } from '../core/batch/batch-reading.ts';

/** Whose results they are. */
export interface BatchResultsSource {
  /** The provider that bills them: `openai`, `azure`, `anthropic`, `bedrock`, `vertex`, `mistral` … */
  readonly provider: string;
  /**
   * The provider's id of the batch (a job's ARN at Bedrock). The answers are booked for whoever
   * created it; without an id, or where that is unknown, for the attribution in force here.
   */
  readonly batchId?: string | undefined;
  /** The model that was asked, where the answers do not name it, as at Bedrock. */
  readonly model?: string | undefined;
  /** The provider's region, where prices depend on it, as at Vertex AI. */
  readonly region?: string | undefined;
}

/** One line of results: parsed, as text, or a piece of a file that is cut anywhere. */
export type BatchResultsPiece = object | string | Uint8Array;

/** As long as a turn of the event loop may be spent on it. */
const TURN_MS = 5;

/**
 * Books the results of a batch that no SDK of a provider has handed out: files in S3 or Cloud Storage,
 * rows of a table, lines of a log. Takes the provider's own lines (JSON by line, or what they parse
 * to), whole or in pieces, and books each answer once at the price of a batch, however often it is
 * told. Nothing of what they say is kept but counts.
 *
 * Rejects only with what `lines` rejects with; what was read until then is booked.
 *
 * ```ts
 * const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
 * await recordBatchResults({ provider: 'bedrock', model, batchId: jobArn }, Body);
 * ```
 */
export async function recordBatchResults(
  source: BatchResultsSource,
  lines: string | Uint8Array | Iterable<BatchResultsPiece> | AsyncIterable<BatchResultsPiece>,
): Promise<RecordedBatchResults> {
  const results = guarded('batch-results', () => resultsOf(source), undefined);
  if (results === undefined) {
    warnOnce(
      'batch-results',
      'recordBatchResults was not told the provider as text, so its lines are in no books: pass { provider: "openai", batchId } first.',
    );
    return { answers: 0, booked: 0, costUsd: undefined };
  }
  const reader = new ResultLines(results, true, context.active(), performance.now());
  const pieces = typeof lines === 'string' || lines instanceof Uint8Array ? [lines] : lines;
  let isWhole = false;
  try {
    let turnEnds = performance.now() + TURN_MS;
    for await (const piece of pieces) {
      guarded('batch-results', () => take(piece, reader), undefined);
      if (performance.now() < turnEnds) continue;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      turnEnds = performance.now() + TURN_MS;
    }
    isWhole = true;
  } finally {
    reader.end(isWhole);
  }
  return reader.summary();
}

function take(piece: unknown, reader: ResultLines): void {
  if (typeof piece === 'string') reader.writeText(piece);
  else if (piece instanceof Uint8Array) reader.write(piece);
  else reader.line(piece);
}

function resultsOf(source: BatchResultsSource): BatchResults | undefined {
  startCostspanAlone();
  const { provider: written, batchId, model, region } = source;
  if (typeof written !== 'string' || written === '') return undefined;
  const provider = providerNameOf(written, model);
  return {
    endpoint: { provider, address: undefined, port: undefined, isKnown: true, place: region },
    batchId,
    model,
    shapeOf: (body) => shapeOfAnyAnswer(provider, body),
  };
}

/** Which wire an answer is of: its own marks tell, whoever sold it. */
function shapeOfAnyAnswer(provider: string, body: Dictionary): CallShape {
  if (body['type'] === 'message') return messageAnswer;
  if (provider === 'aws.bedrock') return shapeOfBedrockAnswer(body);
  // All others answer like OpenAI, or like Mistral, whose pages nobody else counts.
  const isGoogle = provider.startsWith('gcp.') && !('choices' in body) && !('object' in body);
  return isGoogle ? shapeOfGeminiAnswer(body) : shapeOfMistralAnswer(body);
}
