import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { runChild } from '../support/run-child.ts';
import { badAnswers } from './bad-responses.ts';
import { assertKnownTelemetry } from './live-pipeline.ts';

const APP = fileURLToPath(new URL('./bad-responses-app.ts', import.meta.url));
/** Each answer is given to chat completions, responses and messages. */
const CALLS = badAnswers().length * 3;

/** Lines by the answer and the API that they begin with. */
function linesOf(stdout: string): ReadonlyMap<string, string> {
  return new Map(stdout.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line]));
}

describe('answers that no provider should give', () => {
  let bare: ReadonlyMap<string, string>;
  let watched: ReadonlyMap<string, string>;
  let sink: OtlpSink;
  beforeAll(async () => {
    sink = await startOtlpSink();
    const children = ['bare', 'watched'].map((how) =>
      runChild(APP, { args: [how], env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } }),
    );
    const results = await Promise.all(children);
    for (const { code, stderr } of results) expect(code, stderr).toBe(0);
    [bare = new Map(), watched = new Map()] = results.map(({ stdout }) => linesOf(stdout));
    return () => sink.close();
  });

  it.each(badAnswers().map(({ name }) => name))(
    'leave the host what the SDK makes of it: %s',
    (name) => {
      for (const api of ['chat', 'responses', 'messages']) {
        const line = bare.get(`${name}, ${api}`);
        expect(line).toBeDefined();
        expect(watched.get(`${name}, ${api}`)).toBe(line);
      }
    },
  );

  it('are counted, each once, and what is impossible is left out and counted too', () => {
    expect(bare.size).toBe(CALLS);
    expect(sink.metricValue('costspan.calls')).toBe(CALLS);
    expect(sink.spans).toHaveLength(CALLS);
    for (const { points } of sink.metrics.values()) {
      for (const point of points) {
        const value = 'value' in point ? point.value : point.sum;
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
    }
    // Seven tokens here and there, and estimates by length of up to some megabytes.
    expect(sink.metricValue('costspan.tokens')).toBeLessThan(1e7);
    expect(sink.metricValue('costspan.cost.usd')).toBeLessThan(100);
    expect(sink.metricValue('costspan.internal.errors') ?? 0).toBeGreaterThan(0);
    assertKnownTelemetry(sink);
  });

  it('fill no export', () => {
    const sizes = sink.exports.map(({ body }) => JSON.stringify(body).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
  });
});
