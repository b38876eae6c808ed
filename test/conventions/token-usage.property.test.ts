import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addsUp,
  addUsage,
  cacheWriteTokensOf,
  countsNothing,
  countsTheSame,
  inputTokensOf,
  isSaneUsage,
  outputTokensOf,
  saneUsage,
  type TokenUsage,
  tokensOf,
  usageSince,
} from '../../conventions/index.ts';

const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
const usages: fc.Arbitrary<TokenUsage> = fc.record(
  {
    input: count,
    cacheRead: count,
    cacheWrite: count,
    cacheWrite1h: count,
    output: count,
    reasoning: count,
    webSearches: count,
    inputAudioSeconds: count,
  },
  { requiredKeys: [] },
);

/** Without what is absent, however it is absent. */
function stated(usage: TokenUsage): Record<string, number> {
  return Object.fromEntries(
    Object.entries(usage).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}

describe('sums of a usage', () => {
  it('are of the classes of their direction, and of all tokens alone', () => {
    const usage = { input: 1, cacheRead: 10, cacheWrite: 100, cacheWrite1h: 1_000, output: 2 };
    const full = { ...usage, reasoning: 20, inputAudio: 5, outputText: 5, webSearches: 9 };
    expect(cacheWriteTokensOf(full)).toBe(1_100);
    expect(inputTokensOf(full)).toBe(1_111);
    expect(outputTokensOf(full)).toBe(22);
    expect(tokensOf(full)).toBe(1_133);
  });

  it('are absent where nothing was counted, and 0 where 0 was', () => {
    expect(tokensOf({ webSearches: 3 })).toBeUndefined();
    expect(inputTokensOf({ output: 3 })).toBeUndefined();
    expect(outputTokensOf({ input: 3 })).toBeUndefined();
    expect(tokensOf({ output: 0 })).toBe(0);
  });

  it('are held against the total that the provider stated', () => {
    expect(addsUp({ input: 5, cacheRead: 2, output: 1 })).toBe(true);
    expect(addsUp({ input: 5, cacheRead: 2, output: 1, total: 8 })).toBe(true);
    expect(addsUp({ input: 5, cacheRead: 2, output: 1, total: 6 })).toBe(false);
    expect(addsUp({ inputCharacters: 7, total: 0 })).toBe(true);
  });

  it('decide whether two tellings count the same', () => {
    expect(countsTheSame({ input: 7, output: 3 }, { input: 5, cacheRead: 2, output: 3 })).toBe(
      true,
    );
    expect(countsTheSame({ input: 7, output: 3 }, { input: 7, output: 2, reasoning: 1 })).toBe(
      true,
    );
    expect(countsTheSame({ input: 7, output: 3 }, { input: 7, output: 4 })).toBe(false);
    expect(countsTheSame({ input: 7, output: 0 }, { input: 7 })).toBe(false);
  });
});

describe('addUsage and usageSince', () => {
  it('undo each other, leave absent what is, and change neither side', () => {
    fc.assert(
      fc.property(usages, usages, (before, more) => {
        const copies = structuredClone([before, more]);
        const now = addUsage(before, more);
        expect([before, more]).toEqual(copies);
        expect(Object.keys(stated(now)).toSorted()).toEqual(
          Object.keys({ ...stated(before), ...stated(more) }).toSorted(),
        );
        expect(tokensOf(now) ?? 0).toBe((tokensOf(before) ?? 0) + (tokensOf(more) ?? 0));
        const since = usageSince(before, now);
        for (const [name, value] of Object.entries(stated(since))) {
          expect(value).toBe(more[name as keyof TokenUsage] ?? 0);
        }
        expect(countsNothing(usageSince(now, now))).toBe(true);
      }),
    );
  });

  it('take an absent side for nothing, and no difference below 0', () => {
    expect(addUsage({ input: 3 }, undefined)).toEqual({ input: 3 });
    expect(usageSince(undefined, { input: 3 })).toEqual({ input: 3 });
    expect(usageSince({ input: 5, output: 1 }, { input: 3, output: 4 })).toEqual({
      input: 0,
      output: 3,
    });
    expect(countsNothing({})).toBe(true);
    expect(countsNothing({ output: 0, input: undefined })).toBe(true);
    expect(countsNothing({ output: 1 })).toBe(false);
  });
});

describe('saneUsage', () => {
  it.each([
    Number.NaN,
    Infinity,
    -1,
    1e12 + 1,
    '7' as unknown as number,
    null as unknown as number,
  ])('takes out a count of %s and keeps the others', (broken) => {
    expect(isSaneUsage({ input: 7, webSearches: broken })).toBe(false);
    expect(saneUsage({ input: 7, webSearches: broken })).toEqual({ input: 7 });
    expect(saneUsage({ total: broken })).toBeUndefined();
  });

  it('is the same object when all is well', () => {
    const usage: TokenUsage = { input: 1e12, output: 0, reasoning: undefined };
    expect(saneUsage(usage)).toBe(usage);
  });
});
