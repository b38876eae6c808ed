import { ATTR_COSTSPAN_BATCH_ID, OPERATION_CREATE_BATCH } from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import type { CallShape } from '../call/shape.ts';
import { learnBatch } from './known-batches.ts';

/** The call that creates a batch: it costs nothing itself, and its answers are booked for who made it. */
export const createBatch: CallShape = {
  operation: OPERATION_CREATE_BATCH,
  readRequest: () => undefined,
  readResponse: readCreatedBatch,
};

export function readCreatedBatch({ call, attributes }: CallRecord, response: unknown): void {
  const batch = learnBatch(call.provider, response);
  if (batch === undefined) return;
  call.batch = { id: batch.id, item: undefined };
  attributes[ATTR_COSTSPAN_BATCH_ID] = batch.id;
}
