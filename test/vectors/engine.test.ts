import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { priceUsage } from '../../processor/engine/index.ts';
import { DIALECTS } from './dialects.ts';
import { engineForVectors, type Vectors, vectorsOfDialect, vectorsOfWriter } from './expected.ts';
import type { CallFacts } from './facts.ts';
import { callsOf, DAY, WRITERS } from './spans.ts';
import { tracesOf } from './traces.ts';

function written(name: string): Vectors {
  const text = readFileSync(new URL(`generated/${name}.json`, import.meta.url), 'utf8');
  return { name, ...(JSON.parse(text) as Omit<Vectors, 'name'>) };
}

/** What the book says of the facts themselves, whoever told of them. */
function nanosOf(facts: CallFacts): number | undefined {
  if (facts.usage === undefined) return undefined;
  const { provider, model, responseModel, usage, tier } = facts;
  const requestModel = model === '' ? undefined : model;
  const request = { provider, requestModel, responseModel, usage, servedTier: tier, time: DAY };
  return priceUsage(request).cost?.totalNanos;
}

describe('vectors', () => {
  it('are many, and none stands for another', () => {
    const calls = WRITERS.flatMap((writer) => callsOf(writer));
    const traces = DIALECTS.flatMap((dialect) => tracesOf(dialect));
    expect(calls.length).toBeGreaterThanOrEqual(250);
    expect(traces.length).toBeGreaterThanOrEqual(100);
    const spans = [...calls.map(({ span }) => span), ...traces.flatMap((trace) => trace.spans)];
    expect(new Set(spans.map(({ traceId, spanId }) => traceId + spanId)).size).toBe(spans.length);
  });

  it.each(WRITERS.map((writer) => [writer.name, writer] as const))(
    'of the spans of %s are met by the engine',
    (_name, writer) => {
      const { name, pieces, metrics } = vectorsOfWriter(writer);
      expect({ name, pieces, metrics }).toEqual(written(name));
    },
  );

  it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
    'of the traces of %s are met by the engine',
    (_name, dialect) => {
      const { name, pieces, metrics } = vectorsOfDialect(dialect);
      expect({ name, pieces, metrics }).toEqual(written(name));
    },
  );
});

describe('what a call costs', () => {
  it.each(WRITERS.map((writer) => [writer.name, writer] as const))(
    'is what the book says of its tokens, told by %s',
    (_name, writer) => {
      for (const { span, told } of callsOf(writer)) {
        if (told === undefined) continue;
        const [answer] = engineForVectors().spans([span]);
        const amount = answer?.set['gen_ai.usage.cost.amount'];
        const nanos = typeof amount === 'number' ? Math.round(amount * 1e9) : undefined;
        expect({ title: told.title, nanos }).toEqual({ title: told.title, nanos: nanosOf(told) });
        expect(answer?.set).toHaveProperty(['costspan.price.state']);
      }
    },
  );

  it.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))(
    'is counted once for each call of a trace of %s',
    (_name, dialect) => {
      for (const { title, spans, calls } of tracesOf(dialect)) {
        const engine = engineForVectors();
        engine.spans(spans);
        const points = engine.collect();
        const sum = (name: string): number =>
          points.reduce(
            (total, point) => total + (point.name === name ? (point.value ?? 0) : 0),
            0,
          );
        const nanos = calls.reduce((total, facts) => total + (nanosOf(facts) ?? 0), 0);
        expect({
          title,
          calls: sum('costspan.calls'),
          nanos: Math.round(sum('costspan.cost.usd') * 1e9),
        }).toEqual({ title, calls: calls.length, nanos });
      }
    },
  );

  // Worked out by hand from the providers' price pages, in dollars for a million tokens.
  it.each([
    // 400 × 3 + 3,000 × 0.3 + 1,500 × 3.75 + 250 × 15
    ['claude-code', 'Claude, cached tokens read and written', 0.011475],
    // 904 × 0.25 + 4,096 × 0.025 + 200 × 2
    ['openinference-python', 'tokens read from the cache', 0.0007284],
    // 500 × 0.25 + 900 × 2
    ['ai-sdk-7', 'reasoning', 0.001925],
    // 1,200 × 0.25 + 300 × 2
    ['spring-ai', 'a plain call', 0.0009],
    // 430 × 0.3 + 800 × 0.03 + 640 × 2.5
    ['google-adk', 'Gemini, thinking and cached tokens', 0.001753],
    // 250,000 × 2.5 + 2,000 × 15, beyond 200,000 tokens
    ['newest-conventions', 'Gemini, beyond its long-context step', 0.655],
    // 8,000 × 0.02
    ['langfuse', 'embeddings', 0.00016],
    // 4,000 × 0.06 + 60 × 0.24
    ['strands', 'Nova at Bedrock', 0.0002544],
  ])('is by hand what %s tells of %s', (writer, title, usd) => {
    const piece = written(`spans/${writer}`).pieces.find((each) => each.title === title);
    expect(piece?.answers[0]?.set['gen_ai.usage.cost.amount']).toBeCloseTo(usd, 12);
  });
});
