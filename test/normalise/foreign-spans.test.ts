import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convertSpan } from '../../processor/engine/normalise/foreign-call.ts';
import { recognise } from '../../processor/engine/normalise/recognise.ts';
import { inputTokensOf, outputTokensOf } from '../../conventions/index.ts';
import { type Harness, startHarness, total } from '../processor/harness.ts';
import type { SpanCase } from './span-case.ts';
import { SPANS_FROM_SOURCES } from './spans-from-sources.ts';

const FOLDER = new URL('../support/fixtures/spans/', import.meta.url);

function emitted(file: string): readonly SpanCase[] {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as SpanCase[];
}

const WRITERS: readonly (readonly [string, readonly SpanCase[]])[] = [
  ...readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => [file, emitted(file)] as const),
  ...Object.entries(SPANS_FROM_SOURCES),
];

function callOf({ name, scope, status = 0, attributes }: SpanCase) {
  const span = {
    name,
    attributes,
    instrumentationScope: { name: scope },
    startTime: [1_795_655_319, 0] as [number, number],
    endTime: [1_795_655_320, 0] as [number, number],
    status: { code: status },
  };
  const recognised = recognise(span);
  return { recognised, call: recognised && convertSpan(span, recognised) };
}

function titleOf({ title, name, attributes }: SpanCase): string {
  const model = attributes['gen_ai.request.model'] ?? attributes['ai.model.id'];
  return title ?? (typeof model === 'string' ? `${name} ${model}` : name);
}

describe.each(WRITERS)('%s', (_writer, cases) => {
  let harness: Harness;
  beforeEach(() => {
    harness = startHarness();
  });
  afterEach(() => harness.stop());

  it.each(cases.map((each) => [titleOf(each), each] as const))('%s', async (_title, each) => {
    const { recognised, call } = callOf(each);
    expect(recognised?.kind).toBe(each.kind);
    expect(call === undefined).toBe(each.call === undefined);
    if (each.call !== undefined) {
      const { usage, ...rest } = each.call;
      expect(call).toMatchObject(rest);
      expect(call?.usage).toEqual(usage);
    }

    // The same through a real tracer: a call is booked once, anything else never.
    const span = harness.tracerOf(each.scope).startSpan(each.name);
    span.setAttributes(each.attributes);
    if (each.status === 2) span.setStatus({ code: 2 });
    span.end();
    const shown = harness.span(each.name).attributes;
    const points = await harness.collect();
    const isCall = each.call !== undefined;
    expect(total(points, 'costspan.calls')).toBe(isCall ? 1 : 0);
    expect('costspan.price.state' in shown).toBe(isCall);
    const usage = each.call?.usage;
    const tokens = usage && (inputTokensOf(usage) ?? 0) + (outputTokensOf(usage) ?? 0);
    expect(total(points, 'costspan.tokens')).toBe(tokens ?? 0);
    expect(total(points, 'costspan.internal.errors', { 'costspan.component': 'usage-total' })).toBe(
      each.totalMismatch === true ? 1 : 0,
    );
    // What the writer put there stays, except the cost under the name that ours begins with.
    const kept = Object.entries(each.attributes).filter(([key]) => key !== 'gen_ai.usage.cost');
    expect(shown).toMatchObject(Object.fromEntries(kept));
    expect('gen_ai.usage.cost' in shown && 'gen_ai.usage.cost.amount' in shown).toBe(false);
  });
});
