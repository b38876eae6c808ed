/** As long as a turn of the event loop may be spent on reading along. */
const TURN_MS = 5;

/** What is still being read along; each entry reads the rest at once. */
const draining = new Set<() => void>();

/**
 * Does long work in steps: some before this returns, so that little work is done, and the rest
 * between other work.
 *
 * @param step does a little of it; false when nothing is left.
 * @param done runs once after the last step, also where one failed.
 * @param failed is told what either of them threw.
 */
export function drain(
  step: () => boolean,
  done: () => void,
  failed: (error: unknown) => void,
): void {
  const work = (untilMs: number): void => {
    let isLeft = true;
    try {
      while (isLeft && performance.now() < untilMs) isLeft = step();
    } catch (error) {
      isLeft = false;
      failed(error);
    }
    if (isLeft || !draining.delete(finish)) return;
    try {
      done();
    } catch (error) {
      failed(error);
    }
  };
  const finish = (): void => {
    work(Infinity);
  };
  const turn = (): void => {
    work(performance.now() + TURN_MS);
    if (draining.has(finish)) setImmediate(turn);
  };
  draining.add(finish);
  turn();
}

/** Does everything that waits before it returns: the process is about to end. */
export function finishReadings(): void {
  for (const finish of draining) finish();
}
