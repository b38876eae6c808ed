import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

import { startOtlpSink } from '../support/otlp-sink.ts';
import { runChild } from '../support/run-child.ts';

const CALLS = 100_000;
/** The heap is looked at this often, each time after a collection of garbage. */
const WINDOWS = 20;
/** The first windows fill caches and compile code. */
const WARM_UP = 5;
/** A leak of 50 bytes a call shows as 2.5 MB between the two halves that are compared. */
const MOST_GROWTH_BYTES = 2_500_000;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe(`${CALLS} calls in one process`, () => {
  it('leave no memory and no open call behind', { timeout: 120_000 }, async () => {
    await using sink = await startOtlpSink();
    const app = fileURLToPath(new URL('./soak-app.ts', import.meta.url));
    const { stdout, stderr } = await runChild(app, {
      args: [`${CALLS}`, `${WINDOWS}`],
      execArgv: ['--expose-gc'],
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        // Every call is recorded; what a Collector would get is not looked at here.
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.01',
      },
      signal: AbortSignal.timeout(110_000),
    });
    const { heap, open } = JSON.parse(stdout || `"${stderr}"`) as { heap: number[]; open: number };
    expect(open).toBe(0);
    expect(sink.metricValue('costspan.calls')).toBe(CALLS);
    const warm = heap.slice(WARM_UP);
    const half = Math.floor(warm.length / 2);
    const growth = median(warm.slice(-half)) - median(warm.slice(0, half));
    expect(growth, `heap in bytes, window by window: ${heap.join(' ')}`).toBeLessThan(
      MOST_GROWTH_BYTES,
    );
  });
});
