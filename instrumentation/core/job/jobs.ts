import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';

/**
 * Calls whose answer is a job that goes on at the provider. Such a call ends when somebody in this
 * process sees the end of its job, whoever asks for it and how often; asking is no call. One whose
 * end nobody sees (a webhook of another process has it) ends like any that is left open: without a
 * usage, which is told.
 */

/** Jobs that are remembered; past it the oldest is let go. */
const MOST_JOBS = 10_000;

/** The newest last. */
const jobs = new Map<string, CallRecord>();

/** The answer to `record` is the job `id`, which is not over. */
export function jobStarted(record: CallRecord, id: string): void {
  record.awaitJob();
  jobs.set(keyOf(record.call.provider, id), record);
  if (jobs.size <= MOST_JOBS) return;
  for (const [key, oldest] of jobs) {
    jobs.delete(key);
    oldest.end('ok');
    break;
  }
}

/** The call that began the job `id`, while its end is awaited. */
export function callOfJob(provider: string, id: string): CallRecord | undefined {
  const record = jobs.get(keyOf(provider, id));
  return record?.ended === true ? undefined : record;
}

/** Somebody has seen that the job `id` is over: `read` takes from what he saw what the call came to. */
export function jobEnded(provider: string, id: string, read: (record: CallRecord) => void): void {
  const key = keyOf(provider, id);
  const record = jobs.get(key);
  if (record === undefined) return;
  jobs.delete(key);
  if (record.ended) return;
  record.call.usagePending = false;
  guarded('read-response', () => read(record), undefined);
  record.end(record.call.outcome);
}

function keyOf(provider: string, id: string): string {
  return `${provider}\n${id}`;
}
