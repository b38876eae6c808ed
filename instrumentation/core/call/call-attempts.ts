import type { CallRecord } from './call-record.ts';
import { guarded } from '../guard.ts';
import { isUnbilledError } from './refusal.ts';

/**
 * Notes that a request leaves, for SDKs whose attempts can be seen. Returns the error that keeps a
 * retry from being sent, if the user configured one. Never throws.
 */
export function attemptStarts(record: CallRecord): Error | undefined {
  if (record.left === true) {
    record.call.retries += 1;
    if (!record.attemptUnbilled) record.call.billableAttempts += 1;
    const stop = record.retrying();
    if (stop !== undefined) return stop;
  }
  record.left = true;
  record.attemptUnbilled = false;
  return undefined;
}

/** Notes that the attempt failed with `error`. Never throws. */
export function attemptFailed(record: CallRecord, error: unknown): void {
  record.attemptUnbilled = guarded('read-error', () => isUnbilledError(error), false);
}
