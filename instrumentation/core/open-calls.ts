import type { CallRecord } from './call-record.ts';

/** A call still open after this long was abandoned in a way that nothing else showed. */
const MAX_AGE_MS = 60 * 60 * 1000;
const MAX_OPEN = 50_000;
const SWEEP_EVERY_MS = 60 * 1000;

/** In order of their start, so the first ones are the oldest. */
const open = new Set<CallRecord>();
let timer: NodeJS.Timeout | undefined;

/** Ends the record of a stream that was never read, once the stream is garbage. */
const unreadStreams = new FinalizationRegistry<CallRecord>((record) => {
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
}

export function watchUnreadStream(stream: object, record: CallRecord): void {
  unreadStreams.register(stream, record, record);
}

export function streamRead(record: CallRecord): void {
  unreadStreams.unregister(record);
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

/** Calls in flight now, for tests and the doctor. */
export function openCallCount(): number {
  return open.size;
}
