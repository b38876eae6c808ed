import type { CallShape } from '../call/shape.ts';
import { readMessage } from './response.ts';

/** How an answer of a batch of messages is read. */
export const messageAnswer: CallShape = {
  operation: 'chat',
  readRequest: () => undefined,
  readResponse: readMessage,
};
