import { shapeOfMistralAnswer } from './answers.ts';
import { BatchReading, type BatchResults } from '../core/batch/batch-reading.ts';
import { batchOfFile, learnBatch, learnBatches } from '../core/batch/known-batches.ts';
import { onBody } from '../core/batch/on-body.ts';
import { watchResults } from '../core/batch/watch-results.ts';
import type { WatchedAnswer } from '../core/speakeasy/speakeasy-sdk.ts';
import { type BatchObject, inlinedLines } from '../../providers/batches/batch-object.ts';

const JOB = /^\/v1\/batch\/jobs\/[^/]+(?:\/cancel)?$/;
const CONTENT = /^\/v1\/files\/([^/]+)\/content$/;

/** Reads along what tells of batches and holds their results, and is no call of a model. */
export function watchBatchAnswer(path: string, answer: WatchedAnswer): void {
  const { response, endpoint } = answer;
  const { provider } = endpoint;
  const file = CONTENT.exec(path)?.[1];
  if (file !== undefined) {
    const batch = batchOfFile(provider, decodeURIComponent(file));
    const results = resultsOf(answer, batch);
    watchResults(response, { ...answer, results, isKnown: batch !== undefined });
  } else if (path === '/v1/batch/jobs') {
    onBody(response, (list) => {
      learnBatches(provider, list);
    });
  } else if (JOB.test(path)) {
    onBody(response, (job) => {
      jobTold(job, answer);
    });
  }
}

/** A job that was asked for with its answers (`inline`) holds them itself. */
function jobTold(job: unknown, answer: WatchedAnswer): void {
  const batch = learnBatch(answer.endpoint.provider, job);
  const lines = inlinedLines(job);
  if (lines.length === 0) return;
  const reading = new BatchReading(resultsOf(answer, batch), answer.context, answer.startedMs);
  for (const line of lines) reading.answer(line);
  reading.end();
}

function resultsOf({ endpoint }: WatchedAnswer, batch: BatchObject | undefined): BatchResults {
  return { endpoint, batchId: batch?.id, model: batch?.model, shapeOf: shapeOfMistralAnswer };
}
