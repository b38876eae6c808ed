import type { AttributionScope } from '../attribution/attribution-scope.ts';
import type { SpanNode } from './span-node.ts';

/** Where something happens: what is around it, as the host tells. */
export interface Place {
  /** The recorded span around it, which was told to {@link SpanStructure}. */
  readonly node: SpanNode | undefined;
  /** The trace that it is in, 32 hexadecimal digits. */
  readonly traceId: string | undefined;
  /** Whether a span of this process is around it, recorded or not. */
  readonly isInsideLocalSpan: boolean;
  /** Whose the work is. */
  readonly scope: AttributionScope;
}
