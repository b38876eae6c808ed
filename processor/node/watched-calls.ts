import { type Attributes, type Context, propagation, type Span } from '@opentelemetry/api';
import type {
  BookedAnswer,
  CallObserver,
  CallPrice,
  LlmCall,
  ToolCall,
} from '../../conventions/index.ts';
import { membersFor, stripBaggage } from './attribution/index.ts';
import { addPriceAttributes } from '../engine/booked-attributes.ts';
import type { Engine } from '../engine/engine.ts';
import { CallState } from '../engine/loops/call-state.ts';
import type { Place } from '../engine/loops/place.ts';
import { andThen } from '../governance/budgets/stores/maybe.ts';
import type { Governance } from '../governance/governance.ts';

export interface WatchedCallsOptions {
  readonly engine: Engine;
  readonly governance: Governance;
  readonly placeOf: (context: Context) => Place;
  /** A call is in the books. */
  readonly booked: () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Takes what the watching of SDKs tells to the engine, and asks governance before a call is sent. */
export class WatchedCalls implements CallObserver {
  readonly #engine: Engine;
  readonly #governance: Governance;
  readonly #options: WatchedCallsOptions;

  constructor(options: WatchedCallsOptions) {
    this.#engine = options.engine;
    this.#governance = options.governance;
    this.#options = options;
  }

  callStarted(call: LlmCall, parent: Context): Context {
    this.#engine.guarded('call-started', undefined, () => {
      this.#engine.callStarted(call, this.#options.placeOf(parent));
    });
    try {
      return stripBaggage(parent);
    } catch (error) {
      this.#engine.failed('baggage', error);
      // No baggage at all is the safe side: ours must not reach a provider.
      return propagation.deleteBaggage(parent);
    }
  }

  admit(call: LlmCall): Error | undefined | Promise<Error | undefined> {
    const state = call.observed;
    return state instanceof CallState ? this.#governance.admit(call, state) : undefined;
  }

  admitConnection(call: LlmCall, parent: Context): Error | undefined | Promise<Error | undefined> {
    return this.#engine.guarded('admit', undefined, () => {
      this.#engine.callConsidered(call, this.#options.placeOf(parent));
      return andThen(this.admit(call), (denial) => {
        if (denial === undefined) this.#engine.callWithdrawn(call);
        return denial;
      });
    });
  }

  toolStarting(tool: ToolCall, context: Context): Error | undefined {
    return this.#engine.guarded('tool-starting', undefined, () => {
      const now = this.#options.now();
      const place = this.#options.placeOf(context);
      const { scope } = place;
      return this.#governance.agents.toolStarting(
        tool,
        this.#engine.loops.surroundings(place, now),
        scope,
        now,
      );
    });
  }

  retrying(call: LlmCall): Error | undefined {
    const state = call.observed;
    if (!(state instanceof CallState)) return undefined;
    return this.#engine.guarded('retrying', undefined, () =>
      this.#governance.agents.retrying(call, state),
    );
  }

  callEnded(call: LlmCall, span: Span, attributes: Attributes): void | Promise<void> {
    return this.#engine.guarded<void | Promise<void>>('call-ended', undefined, () => {
      const shown = span.isRecording() ? attributes : undefined;
      const spanId = shown === undefined ? '' : span.spanContext().spanId;
      const ended = this.#engine.callEnded(call, shown, spanId);
      this.#options.booked();
      return ended;
    });
  }

  batchAnswered(
    call: LlmCall,
    context: Context,
  ): BookedAnswer | undefined | Promise<BookedAnswer | undefined> {
    return this.#engine.guarded('batch-answer', undefined, () => {
      const booked = this.#engine.batchAnswered(call, this.#options.placeOf(context));
      this.#options.booked();
      return booked;
    });
  }

  batchRead(sum: LlmCall, price: CallPrice, attributes: Attributes): void {
    this.#engine.guarded('batch-read', undefined, () => {
      addPriceAttributes(attributes, sum, price, undefined);
    });
  }

  outboundBaggage(context: Context, origin: string): string | undefined {
    return this.#engine.guarded('baggage', undefined, () => membersFor(context, origin));
  }

  internalError(component: string): void {
    this.#engine.internalError(component);
  }

  /** A request to a provider that nobody saw, made in `context`. */
  unmeteredRequest(host: string, context: Context): void {
    this.#engine.guarded('unmetered', undefined, () => {
      this.#engine.metrics.unmeteredRequest(this.#options.placeOf(context).scope.values, host);
    });
  }
}
