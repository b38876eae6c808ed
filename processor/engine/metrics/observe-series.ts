import {
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
} from '../../../conventions/index.ts';
import type { Observe } from './metric-sink.ts';
import { USAGE_METRICS } from './metric-names.ts';
import { usdOfNanos } from './money.ts';
import { type Series, USAGE_COUNTERS } from './series.ts';

/** Hands over everything that one series has accumulated. */
export function observeSeries(series: Series, observe: Observe): void {
  for (const slot of series.classes) {
    if (slot === undefined) continue;
    if (slot.hasCost)
      observe(METRIC_COSTSPAN_COST_USD, usdOfNanos(slot.costNanos), slot.attributes);
    if (slot.hasTokens) observe(METRIC_COSTSPAN_TOKENS, slot.tokens, slot.attributes);
  }
  for (const slot of series.calls) {
    if (slot !== undefined) observe(METRIC_COSTSPAN_CALLS, slot.value, slot.attributes);
  }
  series.usage.forEach((slot, index) => {
    const name = USAGE_METRICS[index % USAGE_COUNTERS];
    if (slot !== undefined && name !== undefined) observe(name, slot.value, slot.attributes);
  });
  if (series.retries > 0) observe(METRIC_COSTSPAN_RETRIES, series.retries, series.attributes);
}
