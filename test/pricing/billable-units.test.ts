import { describe, expect, it } from 'vitest';
import {
  BILLABLE_UNITS,
  type BillingClass,
  type TokenUsage,
  UNIT_ENTRIES,
} from '../../conventions/index.ts';
import {
  RATE_NAMES,
  UNIT_OF_RATE,
  UNITS_OF_QUANTITY,
} from '../../processor/engine/pricing/rates.ts';
import { callOf, dollars, loadedPricer } from './support.ts';

function modelWith(rates: string): string {
  return `models: [{ provider: own, model: mine, rates: { ${rates} } }]`;
}

const NANOS_OF: Readonly<Record<BillingClass, string>> = {
  input: 'inputNanos',
  cacheRead: 'cacheReadNanos',
  cacheWrite: 'cacheWriteNanos',
  output: 'outputNanos',
  reasoning: 'reasoningNanos',
  tools: 'toolsNanos',
};

describe('the table of billable units', () => {
  it('names every rate once, and only rates that there are as what stands in', () => {
    const rates = UNIT_ENTRIES.flatMap(([, { rate }]) => rate ?? []);
    expect(new Set(rates).size).toBe(rates.length);
    expect(RATE_NAMES.toSorted()).toEqual(rates.toSorted());
    for (const [, { otherwise = [], cachedOf }] of UNIT_ENTRIES) {
      expect(rates).toEqual(expect.arrayContaining([...otherwise]));
      if (cachedOf !== undefined) expect(Object.keys(BILLABLE_UNITS)).toContain(cachedOf);
    }
  });

  it('says of each unit with a rate what it is for and what it is called', () => {
    for (const { per, label } of UNIT_OF_RATE.values()) {
      expect(UNITS_OF_QUANTITY[per]).toBeGreaterThan(0);
      expect(label).not.toBe('');
    }
  });

  it('says of each unit that is no token what happens without a rate and what to expect', () => {
    for (const [, facts] of UNIT_ENTRIES) {
      const isToken = facts.per === undefined || facts.per === 'million tokens';
      if (isToken || facts.isEveryCall === true) continue;
      expect(facts).toHaveProperty('withoutRate');
      expect(facts).toHaveProperty('expected');
    }
  });

  const measures = UNIT_ENTRIES.filter(([, { withoutRate }]) => withoutRate !== undefined);
  it.each(measures.map(([unit, facts]) => [unit, facts] as const))(
    'prices %s by the overlay, in its class, to the nano-dollar',
    async (unit, { rate, per, class: billingClass }) => {
      const { pricer, problems } = await loadedPricer(
        modelWith(`input: 1, output: 2, ${rate}: 30`),
      );
      const usage: TokenUsage = { input: 1_000, output: 100, [unit]: 3 };
      const { cost } = pricer.price(callOf({ provider: 'own', model: 'mine', usage }));
      const nanos = Math.round((3 * 30 * 1e9) / UNITS_OF_QUANTITY[per!]);
      const tokens = billingClass === 'input' ? 1_000_000 : billingClass === 'output' ? 200_000 : 0;
      expect(cost).toMatchObject({
        totalNanos: 1_200_000 + nanos,
        [NANOS_OF[billingClass]]: tokens + nanos,
      });
      expect(problems).toEqual([]);
    },
  );

  it.each(measures.map(([unit, facts]) => [unit, facts] as const))(
    'refuses a count of %s that cannot be',
    async (unit, { rate }) => {
      const { pricer } = await loadedPricer(modelWith(`input: 1, output: 2, ${rate}: 3`));
      expect(dollars(pricer, 'own', 'mine', { input: 1, [unit]: -1 })).toBe('unpriced');
    },
  );
});

describe('pages', () => {
  it('are priced by the book where nothing else is told', async () => {
    const { pricer } = await loadedPricer();
    const call = callOf({ provider: 'mistral_ai', model: 'mistral-ocr-4-1', usage: { pages: 29 } });
    expect(pricer.price(call)).toMatchObject({
      state: 'priced',
      cost: { totalNanos: 116_000_000, inputNanos: 116_000_000, toolsNanos: 0 },
    });
    expect(dollars(pricer, 'mistral_ai', 'mistral-ocr-2503', { pages: 7 })).toBe(0.007);
    expect(dollars(pricer, 'mistral_ai', 'mistral-ocr-2512', { annotatedPages: 7 })).toBe(0.021);
    // That model has no price for them.
    expect(dollars(pricer, 'mistral_ai', 'mistral-ocr-2503', { annotatedPages: 7 })).toBe(
      'unpriced',
    );
  });

  it('cost what a batch costs', async () => {
    const { pricer } = await loadedPricer();
    const batch = { servedTier: 'batch' };
    expect(dollars(pricer, 'mistral_ai', 'mistral-ocr-4-1', { pages: 10 }, batch)).toBe(0.02);
  });
});

describe('what has no rate', () => {
  it.each(['pages', 'images', 'videoSeconds'] as const)(
    'leaves a call of %s alone without a price, and one with tokens as it is',
    async (unit) => {
      const { pricer, problems } = await loadedPricer(modelWith('input: 1, output: 2'));
      expect(dollars(pricer, 'own', 'mine', { input: 1_000_000, [unit]: 4 })).toBe(1);
      expect(problems).toEqual([]);
      expect(dollars(pricer, 'own', 'mine', { [unit]: 4 })).toBe('unpriced');
      const what = unit === 'videoSeconds' ? 'seconds of video' : unit;
      expect(problems[0]?.message).toContain(`own model mine has no rate for ${what}: such calls`);
    },
  );

  it.each([
    ['containerSessions', 'container sessions'],
    ['cacheStorageHours', 'hours of cache storage'],
  ] as const)('leaves %s out of the cost, and says so', async (unit, what) => {
    const { pricer, problems } = await loadedPricer(modelWith('input: 1, output: 2'));
    expect(dollars(pricer, 'own', 'mine', { input: 1_000_000, [unit]: 4 })).toBe(1);
    expect(problems[0]?.message).toContain(`has no rate for ${what}: they are left out`);
  });

  it('leaves a call without a price where one of two things makes it so', async () => {
    const { pricer } = await loadedPricer(modelWith('input: 1, output: 2'));
    const usage = { input: 1_000, searchUnits: 1, containerSessions: 1 };
    expect(dollars(pricer, 'own', 'mine', usage)).toBe('unpriced');
  });
});

describe('a bound before the call', () => {
  const bound = {
    inputTokens: 0,
    outputTokens: 0,
    bytes: 0,
    webSearches: 0,
    asksForCache: false,
    hasAttachments: false,
    isFirm: true,
  };

  it('reckons with the most of what is billed beside tokens', async () => {
    const { pricer } = await loadedPricer(
      modelWith('input: 1, output: 2, images: 40, containerSessions: 30, pages: 4'),
    );
    const call = callOf({ provider: 'own', model: 'mine' });
    const usd = (more: object): number | undefined => {
      const nanos = pricer.bound(call, 'mine', { ...bound, ...more });
      return nanos === undefined ? undefined : nanos / 1e9;
    };
    expect(usd({})).toBe(0.43);
    expect(usd({ hasAttachments: true })).toBe(4.43);
    expect(usd({ isFirm: false })).toBe(0.04);
  });
});
