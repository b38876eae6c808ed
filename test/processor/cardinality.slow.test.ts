import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallPrice, LlmCall } from '../../conventions/index.ts';
import { AttributionResolver, withAttribution } from '../../processor/node/attribution/index.ts';
import { CallMetrics } from '../../processor/engine/metrics/call-metrics.ts';
import type { MetricSink } from '../../processor/engine/metrics/metric-sink.ts';
import { context } from '@opentelemetry/api';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { inSpan, makeCall, type Point, recordings, startHarness, total } from './harness.ts';

/** Below the SDK's limit of 2,000, beyond which it throws all attributes away. */
function expectBounded(points: ReadonlyMap<string, readonly Point[]>, most: number): void {
  for (const [name, list] of points) {
    expect(list.length, name).toBeLessThanOrEqual(most);
    for (const { attributes } of list)
      expect(attributes).not.toHaveProperty('otel.metric.overflow');
  }
}

describe('series', () => {
  it('stay bounded, and exact for each team, under a flood of users, workflows and models', async () => {
    const harness = startHarness();
    try {
      const tokens = new Map<string, number>();
      for (let index = 0; index < 100_000; index += 1) {
        const team = `team-${index % 20}`;
        const place = { team, workflow: `w-${index % 10_000}`, userId: `u-${index}` };
        const input = (index % 7) + 1;
        withAttribution(place, () =>
          makeCall(
            harness,
            { requestModel: index % 2 === 0 ? 'gpt-4o' : `model-${index % 300}` },
            { usage: { input, output: 1 }, responseModel: undefined, responseId: undefined },
          ),
        );
        tokens.set(team, (tokens.get(team) ?? 0) + input + 1);
      }
      const points = await harness.collect();
      expectBounded(points, 1_800);
      for (const [team, sum] of tokens) {
        expect(total(points, 'costspan.tokens', { 'costspan.team': team }), team).toBe(sum);
      }
      expect(total(points, 'costspan.calls')).toBe(100_000);
      expect(JSON.stringify([...points])).not.toContain('u-1');
    } finally {
      await harness.stop();
    }
  }, 120_000);

  it('fold the last teams only when there are more than the dimension may have', async () => {
    const bounds = {
      dimensions: ['team', 'workflow'] as const,
      maxValuesPerDimension: 30,
      maxSets: 1_800,
    };
    const harness = startHarness({ metrics: bounds });
    try {
      for (let index = 0; index < 3_000; index += 1) {
        withAttribution({ team: `team-${index % 40}`, workflow: `w-${index}` }, () =>
          makeCall(harness, {}, { usage: { input: 10 }, responseId: undefined }),
        );
      }
      const points = await harness.collect();
      expectBounded(points, 1_800);
      expect(total(points, 'costspan.tokens', { 'costspan.team': 'team-29' })).toBe(750);
      expect(total(points, 'costspan.tokens', { 'costspan.team': 'other' })).toBe(7_500);
    } finally {
      await harness.stop();
    }
  });

  it('of tools and agents stay bounded, whatever they are called', async () => {
    const harness = startHarness();
    try {
      for (let index = 0; index < 4_000; index += 1) {
        withAttribution({ team: `t-${index % 150}`, workflow: `w-${index % 100}` }, () =>
          inSpan(harness, `execute_tool tool-${index}`, () => undefined, {
            'gen_ai.operation.name': 'execute_tool',
            'gen_ai.tool.name': `tool-${index}`,
          }),
        );
      }
      const points = await harness.collect();
      expectBounded(points, 1_800);
      expect(recordings(points, 'gen_ai.execute_tool.duration')).toBe(4_000);
    } finally {
      await harness.stop();
    }
  });

  it('keep teams that come after a flood apart', async () => {
    const harness = startHarness();
    try {
      for (let index = 0; index < 5_000; index += 1) {
        withAttribution({ team: 'noisy', workflow: `w-${index % 200}` }, () =>
          makeCall(
            harness,
            {
              requestModel: ['gpt-4o', 'gpt-4.1', 'gpt-4o-mini', 'o3'][index % 4],
              errorType: `e-${index}`,
            },
            { usage: { input: 10, cacheRead: 5, output: 1 }, responseId: undefined },
          ),
        );
      }
      withAttribution({ team: 'quiet', workflow: 'rare' }, () => makeCall(harness));
      const points = await harness.collect();
      expectBounded(points, 1_800);
      expect(total(points, 'costspan.tokens', { 'costspan.team': 'quiet' })).toBe(1_500);
      expect(total(points, 'costspan.tokens', { 'costspan.team': 'noisy' })).toBe(5_000 * 16);
    } finally {
      await harness.stop();
    }
  });

  it.each([10, 60, 200, 600])(
    'stay within a limit of %i sets but for the last resorts',
    async (maxSets) => {
      const dimensions = ['team', 'workflow', 'project'] as const;
      const harness = startHarness({ metrics: { dimensions, maxValuesPerDimension: 50, maxSets } });
      try {
        for (let index = 0; index < 2_000; index += 1) {
          const place = {
            team: `t-${index % 3}`,
            workflow: `w-${index % 40}`,
            project: `p-${index % 45}`,
          };
          withAttribution(place, () =>
            makeCall(harness, {}, { usage: { input: 1 }, responseId: undefined }),
          );
        }
        const points = await harness.collect();
        expectBounded(points, maxSets + 10);
        expect(total(points, 'costspan.tokens')).toBe(2_000);
      } finally {
        await harness.stop();
      }
    },
  );
});

const usageArbitrary = fc.record(
  {
    input: fc.nat(10_000),
    cacheRead: fc.nat(10_000),
    cacheWrite: fc.nat(1_000),
    cacheWrite1h: fc.nat(1_000),
    output: fc.nat(10_000),
    reasoning: fc.nat(1_000),
  },
  { requiredKeys: [] },
);

const callArbitrary = fc.record({
  team: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  workflow: fc.constantFrom('v', 'w', 'x', 'y'),
  model: fc.constantFrom('gpt-4o', 'gpt-4o-mini', 'unheard-of'),
  outcome: fc.constantFrom('ok', 'error', 'aborted', 'blocked'),
  retries: fc.nat(3),
  usage: fc.option(usageArbitrary, { nil: undefined }),
});

/** What is summed is asked for; nothing else is of interest. */
const NO_SINK: MetricSink = {
  record: () => undefined,
  counted: () => undefined,
  refresh: () => undefined,
  close: () => undefined,
};

describe('the sums behind the counters', () => {
  it('equal those of a naive ledger, whatever is folded', async () => {
    const pricer = createPricer();
    fc.assert(
      fc.property(
        fc.array(callArbitrary, { maxLength: 60 }),
        fc.constantFrom(20, 60, 1_800),
        (calls, maxSets) => {
          const metrics = new CallMetrics({
            dimensions: ['team', 'workflow'],
            maxValuesPerDimension: 3,
            maxSets,
            knowsModel: (provider, model) => pricer.knows(provider, model),
            priceBookAgeSeconds: () => undefined,
            beforeCollection: () => undefined,
            connect: () => NO_SINK,
          });
          const resolver = new AttributionResolver();
          const naive = { nanos: 0, tokens: 0, calls: 0, retries: 0, unpriced: 0 };
          for (const { team, workflow, model, outcome, retries, usage } of calls) {
            const call = new LlmCall('chat', 'openai');
            Object.assign(call, { requestModel: model, outcome, retries, usage, endTimeMs: 1 });
            const price: CallPrice = pricer.price(call);
            const scope = withAttribution({ team, workflow }, () =>
              resolver.resolve(context.active()),
            );
            metrics.callEnded(call, scope, usage, price, true);
            const sum = Object.values(usage ?? {}).reduce((a, b) => a + (b ?? 0), 0);
            naive.calls += 1;
            naive.retries += retries;
            naive.nanos += price.cost?.totalNanos ?? 0;
            naive.tokens += sum;
            if (price.state === 'unpriced' && outcome !== 'blocked') naive.unpriced += sum;
          }
          const seen = { nanos: 0, tokens: 0, calls: 0, retries: 0, unpriced: 0 };
          metrics.read((name, value) => {
            if (name === 'costspan.cost.usd') seen.nanos += Math.round(value * 1e9);
            if (name === 'costspan.tokens') seen.tokens += value;
            if (name === 'costspan.calls') seen.calls += value;
            if (name === 'costspan.retries') seen.retries += value;
            if (name === 'costspan.unpriced.tokens') seen.unpriced += value;
          });
          expect(seen).toEqual(naive);
        },
      ),
      { numRuns: 200 },
    );
  });
});
