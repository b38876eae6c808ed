import type { Attributes, CallPrice, LlmCall } from '../../conventions/index.ts';
import type { CallState } from './loops/call-state.ts';
import type { CallTotals } from './loops/count-call.ts';
import type { Run } from './loops/run.ts';

/** What a host keeps of calls beside their metrics: budgets, limits, a ledger. */
export interface Bookkeeper {
  /**
   * A call is over and priced; its run may be over with it. May add to `attributes`, those of its
   * span, which are `undefined` where it takes none. A call that was refused (`blocked`) comes here
   * too, with nothing to pay.
   */
  book(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    added: CallTotals,
    attributes: Attributes | undefined,
    spanId: string,
  ): void;
  /** A call is over that does not count: another one around or inside it stands for it. */
  dropped(state: CallState): void;
  /** What is set aside for a call whose work goes on, as another process can take it over. */
  holdOf(state: CallState): unknown;
  /** The other side of {@link holdOf}: `call` was begun in another process, which said `hold`. */
  takeHold(call: LlmCall, state: CallState, hold: unknown): void;
  /** Another process has taken over what is set aside for a call, and settled it. */
  settledElsewhere(state: CallState): void;
  runFinished(run: Run): void;
}

/** Keeps nothing. */
export const NO_BOOKS: Bookkeeper = {
  book: () => undefined,
  dropped: () => undefined,
  holdOf: () => undefined,
  takeHold: () => undefined,
  settledElsewhere: () => undefined,
  runFinished: () => undefined,
};
