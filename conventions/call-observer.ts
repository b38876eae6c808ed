import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { CallPrice, LlmCall, ToolCall } from './llm-call.ts';

/**
 * Name of the context key that is set in everything an SDK call runs. What goes out there goes to a
 * provider.
 */
export const CALL_CONTEXT_KEY = 'costspan.call';

/** The same for a call that a framework will tell of once it is over. */
export const TOLD_CALL_CONTEXT_KEY = 'costspan.told-call';

/** What became of an answer of a batch that has not been booked before. */
export interface BookedAnswer {
  readonly price: CallPrice;
  /** Whose it is, as the attributes of a span: of whoever created the batch, where that is known. */
  readonly attribution: Attributes;
}

/**
 * The seam between what watches SDKs (`instrumentation/`) and what a call means (`processor/`).
 * The wiring hands one observer to the instrumentation; neither side imports the other.
 */
export interface CallObserver {
  /**
   * A call is about to leave. `call` holds what the request says.
   *
   * Returns the context the SDK should run in: `parent` with our members taken out of its baggage,
   * so that no attribution reaches a provider. Never throws.
   */
  callStarted(call: LlmCall, parent: Context): Context;

  /**
   * Decides whether the call may be sent. Returns `undefined` to let it pass, or the typed error
   * (a denial that the user configured) that the SDK's promise should reject with.
   */
  admit(call: LlmCall): Error | undefined | Promise<Error | undefined>;

  /**
   * Decides whether a connection may be opened, or kept in use, over which calls like `call` will be
   * made in `parent`. Returns what `admit` does. Nothing of a call that may be made is counted or held
   * back, as each is admitted by itself; one that is denied is the caller's to end. Never throws.
   */
  admitConnection(call: LlmCall, parent: Context): Error | undefined | Promise<Error | undefined>;

  /**
   * A tool is about to run in `context`; its span, if it gets one, has not started yet. Returns
   * `undefined` to let it run, or the typed error (a limit that the user configured) that stands in
   * for its result: the tool is not run then. Never throws.
   */
  toolStarting(tool: ToolCall, context: Context): Error | undefined;

  /**
   * The call is about to be sent once more by the SDK itself; `call.retries` counts that. Returns
   * `undefined` to let it, or the typed error that the call ends with. Never throws.
   */
  retrying(call: LlmCall): Error | undefined;

  /**
   * The call has ended; `call` is complete. Prices and books it, once, and adds the attributes
   * that belong on its span to `attributes`. Called whether or not `span` records. Settles when they
   * are complete, where another process must be asked first. Never throws and never rejects.
   */
  callEnded(call: LlmCall, span: Span, attributes: Attributes): void | Promise<void>;

  /**
   * An answer of a batch has been read in `context`; `call` is complete and `call.batch` says which
   * answer it is. Prices and books it once, for whoever created the batch where that is known, and
   * otherwise for who reads. `undefined` for one that was booked before, or could not be. Never
   * throws and never rejects.
   */
  batchAnswered(
    call: LlmCall,
    context: Context,
  ): BookedAnswer | undefined | Promise<BookedAnswer | undefined>;

  /**
   * The results of a batch have been read once through. Adds to `attributes`, those of the span that
   * stands for it, what the answers booked meanwhile came to: `sum`, at `price`. Never throws.
   */
  batchRead(sum: LlmCall, price: CallPrice, attributes: Attributes): void;

  /**
   * Members of W3C Baggage that tell the service at `origin` (`https://tools.example`) for whom the
   * work in `context` is; `undefined` where that service may not know. Never throws.
   */
  outboundBaggage(context: Context, origin: string): string | undefined;

  /**
   * A guarded failure of our own in `component`, to be counted as `costspan.internal.errors`.
   * Never throws.
   */
  internalError(component: string): void;
}
