import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputTokensOf, outputTokensOf } from '../../conventions/index.ts';
import { usageOf } from '../../providers/usage/token-counts.ts';

const tokens = fc.nat({ max: 1_000_000 });
const classes = fc.record({
  uncached: fc.integer({ min: 1, max: 1_000_000 }),
  cacheRead: tokens,
  cacheWrite: tokens,
  plain: fc.integer({ min: 1, max: 1_000_000 }),
  reasoning: tokens,
});

describe('usageOf', () => {
  it('finds the same classes whether cached tokens and reasoning were written inside or beside', () => {
    fc.assert(
      fc.property(
        classes,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (true_, cacheInside, thinkingInside, withTotal) => {
          const { uncached, cacheRead, cacheWrite, plain, reasoning } = true_;
          const input = uncached + cacheRead + cacheWrite;
          const usage = usageOf({
            input: cacheInside ? input : uncached,
            output: thinkingInside ? plain + reasoning : plain,
            cacheRead,
            cacheWrite,
            reasoning,
            total: withTotal ? input + plain + reasoning : undefined,
            cache: cacheInside ? 'inside' : 'outside',
            thinking: thinkingInside ? 'inside' : 'outside',
          });
          // A cache inside that a chance total says is outside cannot be told apart.
          fc.pre(!(withTotal && cacheInside && cacheRead + cacheWrite === reasoning));
          expect(usage).toMatchObject({ input: uncached, cacheRead, cacheWrite, output: plain });
          expect(inputTokensOf(usage!)).toBe(input);
          expect(outputTokensOf(usage!)).toBe(plain + reasoning);
        },
      ),
    );
  });

  it('never makes a class negative, whatever was written', () => {
    const maybe = fc.option(tokens, { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          input: maybe,
          output: maybe,
          cacheRead: maybe,
          cacheWrite: maybe,
          cacheWrite1h: maybe,
          reasoning: maybe,
          total: maybe,
          cache: fc.constantFrom('inside' as const, 'outside' as const, undefined),
          thinking: fc.constantFrom('inside' as const, 'outside' as const, undefined),
        }),
        (counts) => {
          for (const value of Object.values(usageOf(counts) ?? {})) {
            if (value !== undefined) expect(value).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  it('knows nothing of a span that counts nothing', () => {
    expect(usageOf({ input: 0, output: 0, cacheRead: 0 })).toBeUndefined();
    expect(usageOf({ reasoning: 5 })).toBeUndefined();
  });
});
