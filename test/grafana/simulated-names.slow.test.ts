import { describe, expect, it } from 'vitest';
import { loadConventions } from '../../conventions/generator/sources.ts';
import { makeHistory } from '../../examples/dashboard-preview/history/history.ts';
import { unknownNames } from '../support/known-names.ts';
import { SimulatedFleet } from './simulated-fleet.ts';
import { OF_SPANS } from './simulated-series.ts';

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const MEMBERS = new Map(
  loadConventions().attributes.map(({ name, members }) => [name, members?.map((m) => m.value)]),
);

/** Attributes of an enum that upstream leaves open: any other value may occur. */
const OPEN: ReadonlySet<string> = new Set(['gen_ai.provider.name', 'gen_ai.operation.name']);

/** One sentence for each label or value that the metrics of a process cannot have. */
function impossible(series: readonly Series[]): readonly string[] {
  const problems = series.flatMap(({ name, labels }) => [
    ...unknownNames({ metrics: [{ name, attributes: Object.keys(labels) }] }),
    ...Object.entries(labels)
      .filter(([key, value]) => !OPEN.has(key) && MEMBERS.get(key)?.includes(value) === false)
      .map(([key, value]) => `${key} is never ${value}`),
    ...unlikely(name, labels),
  ]);
  return [...new Set(problems)];
}

/** Combinations that no code path makes. */
function unlikely(name: string, labels: Series['labels']): readonly string[] {
  const problems: string[] = [];
  const isBlocked = labels['costspan.call.outcome'] === 'blocked';
  if (isBlocked && 'costspan.usage.source' in labels) {
    problems.push('a blocked call has no usage, so no source of one');
  }
  if (name === 'costspan.unpriced.tokens' && 'costspan.model.tier' in labels) {
    problems.push('a model without a price has no tier');
  }
  if (name === 'costspan.calls' && !('costspan.price.state' in labels)) {
    problems.push('a call has a state of its price');
  }
  return problems;
}

describe('impossible', () => {
  it('finds what cannot occur', () => {
    const ok = { name: 'costspan.agent.stops', labels: { 'costspan.limit': 'tokens' } };
    expect(impossible([ok])).toEqual([]);
    expect(impossible([{ ...ok, labels: { 'costspan.limit': 'money' } }])).toHaveLength(1);
    expect(impossible([{ ...ok, labels: { 'server.address': 'a' } }])).toHaveLength(1);
  });
});

describe('the simulated fleet', () => {
  it('has only labels that can occur', () => {
    const { series } = new SimulatedFleet('otlp', Date.now());
    const ofOurs = series.filter(({ name }) => !name.includes(':') && name !== OF_SPANS);
    expect(ofOurs.length).toBeGreaterThan(100);
    expect(impossible(ofOurs)).toEqual([]);
  });
});

describe('the history of the preview', () => {
  it('has only labels that can occur', () => {
    const { series } = makeHistory('otlp', Math.floor(Date.now() / 1000), 2);
    expect(series.length).toBeGreaterThan(100);
    expect(impossible(series)).toEqual([]);
  });
});
