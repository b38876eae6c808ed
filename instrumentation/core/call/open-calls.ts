import type { CallRecord } from './call-record.ts';

/** A call still open after this long was abandoned in a way that nothing else showed. */
const MAX_AGE_MS = 60 * 60 * 1000;
const MAX_OPEN = 50_000;
const SWEEP_EVERY_MS = 60 * 1000;

/** In order of their start, so the first ones are the oldest. */
const open = new Set<CallRecord>();
let timer: NodeJS.Timeout | undefined;

/** Ends the record of a stream that nobody reads on, once what they read it by is garbage. */
const abandonedStreams = new FinalizationRegistry<CallRecord>((record) => {
  record.end('aborted');
});

export function callOpened(record: CallRecord): void {
  open.add(record);
  if (open.size > MAX_OPEN) {
    const [oldest] = open;
    oldest?.end('aborted');
  }
  if (timer === undefined) {
    timer = setInterval(() => {
      sweepOpenCalls(performance.now());
    }, SWEEP_EVERY_MS);
    timer.unref();
  }
}

export function callClosed(record: CallRecord): void {
  open.delete(record);
  if (record.call.stream) abandonedStreams.unregister(record);
}

/** Watches `reader`, the stream or its iterator, in place of what was watched for `record` so far. */
export function watchAbandoned(reader: object, record: CallRecord): void {
  abandonedStreams.unregister(record);
  abandonedStreams.register(reader, record, record);
}

/** Ends what has been open for too long. `nowMs` is on the clock of `performance.now()`. */
export function sweepOpenCalls(nowMs: number): void {
  for (const record of open) {
    if (nowMs - record.startedMs < MAX_AGE_MS) break;
    record.end('aborted');
  }
  if (open.size === 0 && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
  }
}

/** Ends every call that is open, because the process ends and nobody will read its answer. */
export function endOpenCalls(): void {
  for (const record of open) record.end('aborted');
}

/** Calls in flight now, for tests and the doctor. */
export function openCallCount(): number {
  return open.size;
}
