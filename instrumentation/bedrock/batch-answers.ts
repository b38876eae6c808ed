import { type Dictionary, asDictionary } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readModelBody } from './bodies.ts';

const text: CallShape = {
  operation: 'chat',
  readRequest: () => undefined,
  readResponse(record, response) {
    const body = asDictionary(response);
    if (body !== undefined) readModelBody(record, body);
  },
};

const embedding: CallShape = {
  ...text,
  operation: 'embeddings',
  readResponse(record, response) {
    text.readResponse(record, response);
    if (record.call.usage !== undefined) delete record.call.usage.output;
  },
};

/** How the `modelOutput` of a line of a model invocation job is read, whoever made the model. */
export function shapeOfBedrockAnswer(body: Dictionary): CallShape {
  return 'embedding' in body || 'embeddings' in body ? embedding : text;
}
