import type { CallPrice, LlmCall } from '../../conventions/index.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import type { EngineSettings } from './create-engine.ts';
import type { CallState } from './loops/call-state.ts';
import type { CallTotals } from './loops/count-call.ts';
import type { Run } from './loops/run.ts';
import type { BookedCall } from './host-data.ts';

/** Tells a host, as plain data, of what is booked. */
export class HostBooks implements Bookkeeper {
  #last: BookedCall | undefined;
  readonly #host: EngineSettings;
  readonly #onFailure: (error: unknown) => void;

  constructor(host: EngineSettings, onFailure: (error: unknown) => void) {
    this.#host = host;
    this.#onFailure = onFailure;
  }

  /** The call booked since this was asked before. */
  takeLast(): BookedCall | undefined {
    const last = this.#last;
    this.#last = undefined;
    return last;
  }

  book(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    _added: CallTotals,
    _attributes: unknown,
    spanId: string,
  ): void {
    const booked: BookedCall = {
      operation: call.operation,
      provider: call.provider,
      requestModel: call.requestModel,
      responseModel: call.responseModel,
      responseId: call.responseId,
      usage: call.usage,
      price,
      attribution: state.scope.values,
      runId: state.run?.id,
      loopDepth: state.depth,
      spanId: spanId === '' ? undefined : spanId,
      endTime: call.endTimeMs,
    };
    this.#last = booked;
    this.#tell(() => this.#host.onCall?.(booked));
  }

  dropped(): void {
    // Nothing was set aside for it.
  }

  holdOf(): undefined {
    return undefined;
  }

  takeHold(): void {
    // Nothing was set aside for it.
  }

  settledElsewhere(): void {
    // Nothing was set aside for it.
  }

  runFinished({ id, scope, totals }: Run): void {
    if (totals.calls === 0) return;
    this.#tell(() =>
      this.#host.onRun?.({
        id,
        attribution: scope.values,
        costNanos: totals.pricedCalls > 0 ? totals.costNanos : undefined,
        inferenceCalls: totals.inferenceCalls,
        toolCalls: totals.toolCalls,
        inputTokens: totals.inputTokens,
        outputTokens: totals.outputTokens,
        maxLoopDepth: totals.maxLoopDepth,
      }),
    );
  }

  /** What a host throws is its own affair: the call is booked. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
