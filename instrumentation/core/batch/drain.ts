/** Takes a text in pieces. */
export interface TextSink {
  write(piece: string): void;
  /** The text turned out to be something else, of which no more is wanted. */
  readonly isOther: boolean;
}

const SLICE_CHARACTERS = 64 * 1024;
/** As long as a turn of the event loop may be spent on reading along. */
const TURN_MS = 5;

/** Texts that are still being read along; each entry reads the rest at once. */
const draining = new Set<() => void>();

/**
 * Feeds a whole text, which may be hundreds of megabytes: its beginning before this returns, so that
 * a small one is done, and the rest between other work.
 */
export function feedWhole(text: string, sink: TextSink, done: () => void): void {
  let offset = 0;
  const read = (untilMs: number): void => {
    while (offset < text.length && !sink.isOther && performance.now() < untilMs) {
      sink.write(text.slice(offset, offset + SLICE_CHARACTERS));
      offset += SLICE_CHARACTERS;
    }
    const isDone = offset >= text.length || sink.isOther;
    if (!isDone || !draining.delete(finish)) return;
    done();
  };
  const finish = (): void => {
    read(Infinity);
  };
  const turn = (): void => {
    read(performance.now() + TURN_MS);
    if (draining.has(finish)) setImmediate(turn);
  };
  draining.add(finish);
  turn();
}

/** Reads everything that waits before it returns: the process is about to end. */
export function finishReadings(): void {
  for (const finish of draining) finish();
}
