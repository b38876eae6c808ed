import type { Attributes } from '@opentelemetry/api';
import type { LlmCall } from '../../conventions/llm-call.ts';
import type { SpanKind } from '../../processor/engine/normalise/vendor.ts';

/** One span of another instrumentation, and what it stands for. */
export interface SpanCase {
  /** Which shape it is, where the name of the span does not tell. */
  readonly title?: string;
  readonly name: string;
  readonly scope: string;
  /** Status code; default unset. */
  readonly status?: number;
  readonly attributes: Attributes;
  readonly kind: SpanKind | undefined;
  /** What the call must hold; `usage` is compared whole. Absent where the span stands for no call. */
  readonly call?: Partial<LlmCall>;
  /** The writer's total contradicts its classes. */
  readonly totalMismatch?: true;
}
