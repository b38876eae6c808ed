import type OpenAI from 'openai';
import { CostspanProcessor, instrument as watch, withAttribution } from 'costspan';
import { startTelemetry } from '../telemetry.ts';

/** Everything on: span, pricing, attribution, loop depth, run totals and all metrics. */
export function instrument(client: OpenAI): (run: () => Promise<void>) => Promise<void> {
  startTelemetry([new CostspanProcessor()]);
  watch(client);
  return (run) => withAttribution({ team: 'support', workflow: 'triage' }, run);
}
