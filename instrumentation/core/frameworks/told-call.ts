import { type Context, context } from '@opentelemetry/api';
import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import type { CallShape } from '../call/shape.ts';
import { type CallSettings, startCall } from '../call/start-call.ts';
import { runTold, TOLD_CALL_KEY, type ToldMark } from './told-mark.ts';

/**
 * A model call that a framework tells of. It counts only where no watched SDK is seen to make it:
 * every call that starts in {@link context} takes the place of this one. Then nothing could have
 * stopped it, since it is told of by what already happened.
 */
export class ToldCall {
  /** The context to make the call in. */
  readonly context: Context;
  readonly #parent: Context;
  readonly #mark: ToldMark;
  readonly #startTimeMs = Date.now();
  readonly #startedMs = performance.now();
  #ended = false;

  constructor(parent: Context = context.active()) {
    this.#parent = parent;
    this.#mark = { taken: false, outer: parent.getValue(TOLD_CALL_KEY) as ToldMark | undefined };
    this.context = parent.setValue(TOLD_CALL_KEY, this.#mark);
  }

  /** Runs `body` as the inside of the call. */
  run<T>(body: () => T): T {
    return context.with(this.context, () => runTold(this.#mark, body));
  }

  /** Whether a watched SDK was seen to make the call. */
  get taken(): boolean {
    return this.#mark.taken;
  }

  /**
   * The call is over, or its answer begins to arrive. Hands out a record of it, begun when this was,
   * for `read` to end; nothing when the call was seen elsewhere. Never throws.
   */
  tell(
    settings: CallSettings,
    shape: CallShape,
    client: unknown,
    args: readonly unknown[],
    read: (record: CallRecord) => void,
  ): void {
    const observer = currentObserver();
    if (this.#ended || this.taken || observer === undefined) return;
    this.#ended = true;
    // Without a context manager no SDK could have taken its place, so nobody knows whether one made it.
    if (!guarded('told-call', isContextCarried, false)) return;
    guarded(
      'told-call',
      () => {
        const started = startCall(settings, shape, client, args, observer, {
          parent: this.#parent,
          startTimeMs: this.#startTimeMs,
          startedMs: this.#startedMs,
        });
        if (started !== undefined) read(started.record);
      },
      undefined,
    );
  }
}

/** Whether the application, or we, registered a context manager. */
function isContextCarried(): boolean {
  const probe = context.active().setValue(TOLD_CALL_KEY, true);
  return context.with(probe, () => context.active().getValue(TOLD_CALL_KEY) === true);
}
