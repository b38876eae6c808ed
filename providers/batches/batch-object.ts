import { type Dictionary, asArray, asDictionary, asString } from '../read.ts';
import { type BatchLine, readBatchLine, readFailure } from './batch-line.ts';

/** What a provider says of a batch, whichever of its methods says it. */
export interface BatchObject {
  readonly id: string;
  /** Ids of files with results, those with errors alone included. */
  readonly files: readonly string[];
  /** The model that all of its requests go to, where the batch names one. */
  readonly model: string | undefined;
}

/**
 * A batch of any provider: `output_file_id` (OpenAI, Groq, Together, DeepInfra), `outputFile`
 * (Mistral), `dest.fileName` (Gemini). `undefined` for what is no batch.
 *
 * @see https://developers.openai.com/api/docs/api-reference/batch/object
 * @see https://docs.mistral.ai/api/#tag/batch
 * @see https://ai.google.dev/gemini-api/docs/batch-api
 */
export function readBatchObject(value: unknown): BatchObject | undefined {
  const body = asDictionary(value);
  // Together wraps a new batch.
  const batch = asDictionary(body?.['job']) ?? body;
  const id = asString(batch?.['id']) ?? asString(batch?.['name']);
  if (batch === undefined || id === undefined) return undefined;
  const dest = asDictionary(batch['dest']);
  const files = [...FILE_FIELDS.map((field) => batch[field]), dest?.['fileName']];
  return {
    id,
    files: files.filter((file) => typeof file === 'string' && file !== '') as string[],
    model: modelOf(batch),
  };
}

const FILE_FIELDS = [
  'output_file_id',
  'error_file_id',
  'outputFile',
  'errorFile',
  'output_file',
  'error_file',
] as const;

/** `models/gemini-3.5-flash` and `publishers/google/models/…` of Google are named by their last part. */
function modelOf(batch: Dictionary): string | undefined {
  const model = asString(batch['model']) ?? asString(batch['model_id']);
  return model?.includes('models/') === true ? model.slice(model.lastIndexOf('/') + 1) : model;
}

/** The batches of a list, or of one page of it. */
export function readBatchList(value: unknown): readonly BatchObject[] {
  const list = asArray(asDictionary(value)?.['data']) ?? asArray(value) ?? [];
  return list.map(readBatchObject).filter((batch) => batch !== undefined);
}

/**
 * The answers that a batch holds itself: `dest.inlinedResponses` (Gemini), `outputs` (Mistral). One
 * without a name of its own is known by its place.
 */
export function inlinedLines(value: unknown): readonly BatchLine[] {
  const batch = asDictionary(value);
  const dest = asDictionary(batch?.['dest']);
  const answers =
    asArray(dest?.['inlinedResponses']) ??
    asArray(dest?.['inlinedEmbedContentResponses']) ??
    asArray(batch?.['outputs']) ??
    [];
  return answers.flatMap((answer, index) => {
    const line = readBatchLine(answer) ?? readFailure(answer);
    return line === undefined ? [] : [{ ...line, item: line.item ?? `${index}` }];
  });
}
