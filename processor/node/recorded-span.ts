import type { Attributes, HrTime, Span, SpanStatus } from '@opentelemetry/api';
import type { SpanNode } from '../engine/loops/span-node.ts';

/** The part of an SDK's span that is read here; the same in SDK 2.x and 3.x. */
export interface RecordedSpan extends Span {
  readonly name: string;
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly instrumentationScope?: { readonly name: string };
}

/**
 * Where a span keeps its node, so that a span that is never ended takes its node with it. A property
 * costs a tenth of what a WeakMap of all live spans does, and no exporter sees it.
 */
const NODE: unique symbol = Symbol('costspan node');

interface NodeCarrier {
  [NODE]?: SpanNode;
}

export function nodeOf(span: Span | undefined): SpanNode | undefined {
  return span === undefined ? undefined : (span as NodeCarrier)[NODE];
}

export function setNode(span: Span, node: SpanNode): void {
  (span as NodeCarrier)[NODE] = node;
}
