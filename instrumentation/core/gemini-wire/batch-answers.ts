import type { CallRecord } from '../call/call-record.ts';
import type { CallShape } from '../call/shape.ts';
import { type Dictionary, asCount, asDictionary } from '../../../providers/read.ts';
import { embeds, generates } from './shapes.ts';

const content: CallShape = { ...generates, readRequest: () => undefined };

const embedding: CallShape = {
  ...embeds,
  readRequest: () => undefined,
  readResponse(record, response) {
    embeds.readResponse(record, response);
    readTokenCount(record, response);
  },
};

/** How an answer of a batch of Gemini's is read. */
export function shapeOfGeminiAnswer(body: Dictionary): CallShape {
  return 'embedding' in body || 'embeddings' in body ? embedding : content;
}

/** An embedding out of a batch has its tokens beside it, as text. */
function readTokenCount({ call }: CallRecord, response: unknown): void {
  const told = asDictionary(response)?.['tokenCount'];
  const count = asCount(typeof told === 'string' && told !== '' ? Number(told) : told);
  if (count !== undefined && Number.isInteger(count)) call.usage ??= { input: count };
}
