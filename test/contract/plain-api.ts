import type { UsageSource } from '../../conventions/llm-call.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import type { CallShape } from '../../instrumentation/core/call/shape.ts';
import type { Reply, StreamEvent } from '../support/provider/reply.ts';
import type { SdkCopy } from './copies.ts';
import type { Special } from './special.ts';

/** What a call of a plain SDK may be told. */
export interface PlainOptions {
  /** The text to send instead of the usual one. */
  readonly prompt?: string;
  /** Given only to APIs that say they `takesSignal`. */
  readonly signal?: AbortSignal;
}

interface Answered {
  /** All span attributes but those of the server and of time. */
  readonly attributes: object;
  readonly usage: object;
  /** Whether the SDK hands on what the provider counted (default), or an estimate has to do. */
  readonly source?: UsageSource;
}

/** A method that answers whole. */
export interface WholeAnswer extends Answered {
  readonly reply: Reply;
  call(client: unknown, options: PlainOptions): unknown;
}

/** A method that answers by a stream. */
export interface StreamedAnswer extends Answered {
  /** The whole stream; `sse` has its events. */
  readonly reply: Reply & { readonly sse: readonly StreamEvent[] };
  /** Resolves to what an application iterates. */
  open(client: unknown, options: PlainOptions): Promise<AsyncIterable<unknown>>;
  /** Chunks after which a cut stream is still estimated, or has told only its input. */
  readonly cutAfter: number;
  /** Events to send so that an application sees `cutAfter` chunks and no more. */
  readonly hangAfter: number;
  /** Whether leaving early leaves the usage to an estimate (default), or the provider told it by then. */
  readonly cutUsage?: UsageSource;
  /**
   * For SDKs that read a stream to its end whoever leaves it: resolves when that is done. Then leaving
   * early is no end of the call.
   */
  settled?(stream: AsyncIterable<unknown>): Promise<unknown>;
  /** An event that the provider sends when it fails in the middle; left out where it has none. */
  readonly errorEvent?: StreamEvent;
  /** Whether the end of the connection in the middle is an error to this SDK. Default: yes. */
  readonly noticesLoss?: boolean;
}

/** One API of an SDK of any build, and its fixtures. */
export interface PlainApi {
  /** Such as `models.generateContent`. */
  readonly name: string;
  readonly whole?: WholeAnswer;
  readonly streamed?: StreamedAnswer;
  /** Whether calls take an `AbortSignal`. */
  readonly takesSignal?: boolean;
  /**
   * Whether calls are watched where they are sent, so that an answer counts which the SDK itself
   * then refuses.
   */
  readonly readsWire?: boolean;
  /** Names of scenarios that mean something else to this API, or that the SDK itself fails in. */
  readonly leavesOut?: readonly string[];
  /** `error.type` of an answer with this status; default: the class of the SDK's error. */
  errorTypeOf?(status: number): string;
}

/** An SDK as the contract suite wants to know it. */
export interface PlainSdkUnderTest {
  readonly instrumentation: SdkInstrumentation;
  readonly copies: readonly SdkCopy[];
  /** A client that sends to `baseURL` and does not retry. */
  createClient(moduleExports: unknown, baseURL: string): object;
  /** A client that can be watched by itself, where not all can. */
  createSingle?(moduleExports: unknown, baseURL: string): object;
  apisOf(copy: SdkCopy): readonly PlainApi[];
  /** What only this SDK has: helpers, other APIs, retries. */
  specialsOf(copy: SdkCopy): readonly Special[];
  /** The shapes that it reads its calls by; each of their methods is made to fail. */
  readonly shapes: readonly CallShape[];
  /** Words of the fixtures' prompts and answers that must be on no span. */
  readonly content: RegExp;
  /** An error body, where the SDK wants another than the usual one. */
  errorReply?(status: number): Reply;
  /** Where its calls go by their own account, when the client leads them elsewhere. */
  readonly serverAttributes?: object;
  /** Request headers that differ from call to call. */
  readonly varyingHeaders?: readonly string[];
}
