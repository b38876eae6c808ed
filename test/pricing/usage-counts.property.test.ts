import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type TokenUsage, UNIT_ENTRIES } from '../../conventions/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { NUMBER_OF_UNIT, UsageCounts } from '../../processor/engine/pricing/usage-counts.ts';
import { callOf } from './support.ts';

const NAMES = [...UNIT_ENTRIES.map(([unit]) => unit), 'total', 'unheardOf'];

/** Usages whose counts stand in any order, some of them absent though named. */
const usages = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }).chain((names) =>
  fc
    .array(fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }), {
      minLength: names.length,
      maxLength: names.length,
    })
    .map((counts) => Object.fromEntries(names.map((name, at) => [name, counts[at]])) as TokenUsage),
);

it('reads each usage as if it were the first', () => {
  const counts = new UsageCounts();
  fc.assert(
    fc.property(usages, (usage) => {
      counts.read(usage);
      const byName: Readonly<Record<string, number | undefined>> = { ...usage };
      for (const [name, number] of NUMBER_OF_UNIT) {
        expect(counts.of(number), name).toBe(byName[name] ?? 0);
        expect((counts.present & (1 << number)) !== 0, name).toBe(byName[name] !== undefined);
      }
    }),
    { numRuns: 500 },
  );
});

it('has a bit for every unit, and one for all else', () => {
  expect(NUMBER_OF_UNIT.size).toBeLessThanOrEqual(31);
});

it.each([
  ['gcp.gemini', 'gemini-2.5-flash'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['openai', 'gpt-4o-audio-preview'],
])('prices a usage of %s whatever the order of its counts', (provider, model) => {
  const pricer = createPricer();
  expect(pricer.knows(provider, model)).toBe(true);
  fc.assert(
    fc.property(usages, (usage) => {
      const turned = Object.fromEntries(Object.entries(usage).toReversed()) as TokenUsage;
      const price = pricer.price(callOf({ provider, model, usage }));
      expect(pricer.price(callOf({ provider, model, usage: turned }))).toEqual(price);
    }),
    { numRuns: 500 },
  );
});
