import type { CallRecord } from '../call/call-record.ts';
import { asDictionary } from '../../../providers/read.ts';
import { asSignal } from '../sdk-values.ts';

/** How long a reader may leave an aborted stream alone before its call counts as left. */
const GRACE_MS = 1_000;

/**
 * Ends the call of a stream that `signal` aborts: at once where nobody has begun to read, since
 * nobody tells of its end then; else when its reader does not go on, which may have chunks to come.
 */
export function watchAbort(signal: AbortSignal | undefined, record: CallRecord): void {
  if (signal === undefined || record.streamSignal !== undefined || record.ended) return;
  record.streamSignal = signal;
  const aborted = (): void => {
    if (record.reads === 0) record.end('aborted');
    else endWhenLeft(record);
  };
  if (signal.aborted) {
    aborted();
    return;
  }
  signal.addEventListener('abort', aborted, { once: true });
  // The signal may be the caller's for all of his calls.
  record.onEnd = () => {
    signal.removeEventListener('abort', aborted);
  };
}

/** What a stream is aborted by itself, as SDKs name it, else the caller's own signal. */
export function signalOf(stream: object, record: CallRecord): AbortSignal | undefined {
  for (const name of ['controller', 'abortController']) {
    const signal = asSignal(asDictionary(Reflect.get(stream, name))?.['signal']);
    if (signal !== undefined) return signal;
  }
  return record.signal;
}

function endWhenLeft(record: CallRecord): void {
  const { reads } = record;
  const timer = setTimeout(() => {
    if (record.ended) return;
    if (record.reads === reads) record.end('aborted');
    else endWhenLeft(record);
  }, GRACE_MS);
  timer.unref();
}
