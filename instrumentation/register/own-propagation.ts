import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import type { TextMapPropagator } from '@opentelemetry/api';
import { CostspanPropagator } from '../../processor/node/attribution/index.ts';

/** What `OTEL_PROPAGATORS` names, with our own members kept out of outgoing baggage. */
export function ownPropagator(names: readonly string[]): TextMapPropagator {
  const propagators: TextMapPropagator[] = [];
  if (names.includes('tracecontext')) propagators.push(new W3CTraceContextPropagator());
  if (names.includes('baggage')) propagators.push(new W3CBaggagePropagator());
  return new CostspanPropagator({ inner: new CompositePropagator({ propagators }) });
}
