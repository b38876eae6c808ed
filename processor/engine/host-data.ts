import type { Attribution } from '../../conventions/attribution.ts';
import type { CallOutcome, CallPrice, ProviderCost } from '../../conventions/llm-call.ts';
import type { TokenUsage } from '../../conventions/token-usage.ts';

/** An ended span of any instrumentation, as it came over the wire. */
export interface InputSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  /**
   * As OTLP numbers it. A server's or a consumer's span (2, 5) begins the part of its service in a
   * trace; of any other one whose parent has not come, the parent may come later.
   */
  readonly kind?: number | undefined;
  /** Name of the instrumentation scope, which tells whose span it is. */
  readonly scopeName: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Attributes of the resource; those of attribution (`costspan.team` …) hold for its spans. */
  readonly resource?: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since the epoch, with fractions. */
  readonly startTime: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly endTime: number;
  /** `2` is an error, as in OTLP. */
  readonly status?: { readonly code: number; readonly message?: string } | undefined;
}

/** What is to become of the attributes of a {@link InputSpan}. */
export interface SpanResult {
  readonly traceId: string;
  readonly spanId: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly remove: readonly string[];
}

/** A call that a host watched itself, or read from anything but a span. */
export interface InputCall {
  /** `gen_ai.operation.name`; `chat` where it is left out. */
  readonly operation?: string | undefined;
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  readonly responseId?: string | undefined;
  /** In tokens. `undefined` where nobody told it, which is never zero. */
  readonly usage?: TokenUsage | undefined;
  /** What was billed beside the usage without a count: `code_interpreter`. Makes the price partial. */
  readonly alsoBilled?: readonly string[] | undefined;
  /** A cost that the response itself stated; it goes before the price book. */
  readonly providerCost?: ProviderCost | undefined;
  /** The service tier served. */
  readonly servedTier?: string | undefined;
  /** The host asked, where prices depend on it (Amazon Bedrock's regions). */
  readonly serverAddress?: string | undefined;
  readonly outcome?: CallOutcome | undefined;
  readonly errorType?: string | undefined;
  readonly stream?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Milliseconds since the epoch. The rates of this moment hold. */
  readonly endTime: number;
  readonly attribution?: Attribution | undefined;
  /** The trace that it was made in, which makes it part of that trace's run. */
  readonly traceId?: string | undefined;
  /** The span around it. */
  readonly parentSpanId?: string | undefined;
}

/** A call that is in the books. */
export interface BookedCall {
  readonly operation: string;
  readonly provider: string;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly responseId: string | undefined;
  readonly usage: TokenUsage | undefined;
  readonly price: CallPrice;
  readonly attribution: Attribution;
  readonly runId: string | undefined;
  /** Inference calls of its run so far, this one included. */
  readonly loopDepth: number | undefined;
  readonly spanId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly endTime: number;
}

/** What a run came to that is over. */
export interface FinishedRun {
  readonly id: string;
  readonly attribution: Attribution;
  /** `undefined` when no call of it had a price. */
  readonly costNanos: number | undefined;
  readonly inferenceCalls: number;
  readonly toolCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly maxLoopDepth: number;
}

/** One value of one metric, added up since the engine was made. */
export interface MetricPoint {
  readonly name: string;
  readonly unit: string;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The running total, or a gauge's present value. `undefined` for a histogram. */
  readonly value: number | undefined;
  readonly histogram: HistogramValue | undefined;
}

export interface HistogramValue {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Upper bounds of all buckets but the last. */
  readonly boundaries: readonly number[];
  /** Recordings in each bucket, one more than there are boundaries. */
  readonly counts: readonly number[];
}
