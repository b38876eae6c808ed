import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { LlmCall } from '../../../conventions/index.ts';
import { CallRecord } from '../call/call-record.ts';
import type { CallShape } from '../call/shape.ts';
import { type CallEndpoint, type CallSettings, openSpan, startCall } from '../call/start-call.ts';
import { guarded, isSwitchedOff } from '../guard.ts';
import { currentObserver } from '../observer.ts';

/** Lets something pass (`undefined`) or says why not, perhaps later. */
export type Verdict = Error | undefined | Promise<Error | undefined>;

/**
 * The calls of one connection that stays open: each answer that comes over it is a call of its own.
 * One that the application asks for belongs to whoever asks; one that the provider begins by itself,
 * as after speech, to whoever opened the connection. No method throws.
 */
export class SessionCalls {
  /** The model that is asked, as far as it is known by now. */
  model: string | undefined;
  readonly endpoint: CallEndpoint;
  readonly #openedIn: Context;
  readonly #settings: CallSettings;

  constructor(endpoint: CallEndpoint, model: string | undefined) {
    this.endpoint = endpoint;
    this.model = model;
    this.#openedIn = context.active();
    this.#settings = { endpointOf: () => endpoint };
  }

  /**
   * Whether the connection may be opened, or still be used: a pause or a spent budget of whoever
   * opened it says no. A denial is booked as one call that was blocked, unless `isNew` is false: it
   * is the same one still.
   */
  admitConnection(shape: CallShape, isNew = true): Verdict {
    const observer = currentObserver();
    if (observer === undefined) return undefined;
    return guarded(
      'admit-connection',
      () => {
        const call = new LlmCall(shape.operation, this.endpoint.provider);
        call.requestModel = this.model;
        call.serverAddress = this.endpoint.address;
        call.serverPort = this.endpoint.port;
        call.startTimeMs = Date.now();
        const verdict = observer.admitConnection(call, this.#openedIn);
        const end = (denial: Error | undefined): Error | undefined => {
          if (denial !== undefined) this.#blocked(denial, call, shape, isNew);
          return denial;
        };
        return verdict instanceof Promise ? ended(verdict, end) : end(verdict);
      },
      undefined,
    );
  }

  /** Books a denial as a call that was blocked; one that is the same still is not counted again. */
  #blocked(denial: Error, call: LlmCall, shape: CallShape, isNew: boolean): void {
    const observer = currentObserver();
    if (observer === undefined) return;
    call.bookedInside = !isNew;
    const now = performance.now();
    const span = isNew
      ? openSpan(call, this.#openedIn, now)
      : trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const record = new CallRecord(call, shape, {}, now, span, observer, [], this, undefined);
    record.gate = denial;
    record.failed(denial);
  }

  /**
   * The application is about to ask for an answer. Its `gate` is to be honoured before the message
   * leaves. `undefined`: it goes on unwatched.
   */
  requested(shape: CallShape, request: unknown): CallRecord | undefined {
    const active = context.active();
    // A timer or an event of somewhere else tells nothing of whose the work is.
    const parent = active === ROOT_CONTEXT ? this.#openedIn : active;
    return context.with(parent, () => this.#start(shape, request, undefined));
  }

  /** An answer has begun that nobody can stop any more. `startedMs` is on the clock of `performance.now()`. */
  begun(
    shape: CallShape,
    request: unknown,
    startedMs: number = performance.now(),
  ): CallRecord | undefined {
    return this.#start(shape, request, startedMs);
  }

  #start(
    shape: CallShape,
    request: unknown,
    startedMs: number | undefined,
  ): CallRecord | undefined {
    const observer = currentObserver();
    if (observer === undefined || isSwitchedOff('call-start')) return undefined;
    const begun =
      startedMs === undefined
        ? undefined
        : {
            parent: this.#openedIn,
            startTimeMs: Date.now() - (performance.now() - startedMs),
            startedMs,
          };
    return startCall(this.#settings, shape, this, [request], observer, begun)?.record;
  }
}

async function ended(
  verdict: Promise<Error | undefined>,
  end: (denial: Error | undefined) => Error | undefined,
): Promise<Error | undefined> {
  return end(await verdict);
}

/** The model of the session that a shape's `client` is. */
export function sessionModel(_args: readonly unknown[], client: unknown): string | undefined {
  return client instanceof SessionCalls ? client.model : undefined;
}
