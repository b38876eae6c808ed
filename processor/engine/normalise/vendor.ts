import type { LlmCall, Attributes, TokenUsage } from '../../../conventions/index.ts';
import type { Keys } from './read-attribute.ts';
import type { TokenCounts } from '../../../providers/usage/token-counts.ts';

/** What a span stands for. */
export type SpanKind = 'call' | 'agent' | 'workflow' | 'tool' | 'other';

/** The part of a span that tells whose it is; the same in SDK 2.x, 3.x and on the wire. */
export interface SpanLook {
  readonly name: string;
  readonly attributes: Attributes;
  readonly instrumentationScope?: { readonly name: string };
}

/** Where a writer of spans puts what, each list with its best name first. */
export interface FieldKeys {
  readonly provider: Keys;
  readonly requestModel: Keys;
  readonly responseModel: Keys;
  readonly responseId: Keys;
  readonly finishReasons: Keys;
  readonly requestedTier: Keys;
  readonly servedTier: Keys;
  readonly conversation: Keys;
  readonly user: Keys;
  readonly agent: Keys;
  readonly workflow: Keys;
  readonly tool: Keys;
  readonly input: Keys;
  readonly output: Keys;
  readonly cacheRead: Keys;
  readonly cacheWrite: Keys;
  readonly reasoning: Keys;
  readonly total: Keys;
}

/** One writer of spans: another instrumentation, or an SDK that traces itself. */
export interface SpanVendor {
  readonly name: string;
  /** What `span` stands for; `undefined` when it is not of this writer. */
  classify(span: SpanLook): SpanKind | undefined;
  /** `gen_ai.operation.name` of a span that is a call. */
  operationOf(span: SpanLook): string;
  readonly fields: FieldKeys;
  /**
   * Whether that a span is a call is guessed. Default: where its operation is one that nobody knows.
   */
  isGuess?(span: SpanLook): boolean;
  /**
   * The usage that the writer recorded in the provider's own words, which goes before the plain
   * attributes. `undefined` where there is none.
   */
  readUsage?(span: SpanLook, call: LlmCall): TokenUsage | undefined;
  /** Adds to `counts` what the plain attributes do not say, and how they are meant. */
  readTokens?(counts: TokenCounts, span: SpanLook, call: LlmCall): void;
  /** Adds to `call` what the plain attributes do not say. */
  readCall?(call: LlmCall, span: SpanLook): void;
}
