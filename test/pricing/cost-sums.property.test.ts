import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallCost } from '../../conventions/index.ts';
import { CostSums, roundCost } from '../../processor/engine/pricing/cost-sums.ts';

function sumsOf(parts: readonly number[]): CostSums {
  const [input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0, tools = 0] = parts;
  return Object.assign(new CostSums(), {
    input,
    cacheRead,
    cacheWrite,
    output,
    reasoning,
    tools,
  });
}

function partsOf(cost: CallCost): number[] {
  return [
    cost.inputNanos,
    cost.cacheReadNanos,
    cost.cacheWriteNanos,
    cost.outputNanos,
    cost.reasoningNanos,
    cost.toolsNanos,
  ];
}

const amounts = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 10, noNaN: true }),
    fc.double({ min: 0, max: 1.4e15, noNaN: true }),
  ),
  { minLength: 6, maxLength: 6 },
);

describe('roundCost', () => {
  it('gives whole parts that sum to the total, each within a nano of its amount', () => {
    fc.assert(
      fc.property(amounts, (parts) => {
        const cost = roundCost(sumsOf(parts), 'local');
        const whole = partsOf(cost);
        expect(whole.every((nanos) => Number.isSafeInteger(nanos))).toBe(true);
        expect(whole.reduce((sum, nanos) => sum + nanos, 0)).toBe(cost.totalNanos);
        for (const [index, nanos] of whole.entries()) {
          expect(Math.abs(nanos - parts[index]!)).toBeLessThanOrEqual(1);
          if (parts[index] === 0) expect(nanos).toBe(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds the total once: a sum of small parts is not lost', () => {
    const cost = roundCost(sumsOf([0.4, 0.4, 0, 0.4]), 'local');
    expect(cost.totalNanos).toBe(1);
    expect(partsOf(cost)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('gives the missing nano to the largest remainder', () => {
    expect(partsOf(roundCost(sumsOf([1.1, 2.2, 0, 3.7]), 'local'))).toEqual([1, 2, 0, 4, 0, 0]);
  });

  it('reaches a total that is known from elsewhere', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 9e15 }), (parts, totalNanos) => {
        const sums = sumsOf(parts);
        const local = sums.total();
        fc.pre(local > 1e-6);
        sums.scale(totalNanos / local);
        const cost = roundCost(sums, 'provider', totalNanos);
        expect(cost.totalNanos).toBe(totalNanos);
        expect(partsOf(cost).reduce((sum, nanos) => sum + nanos, 0)).toBe(totalNanos);
        expect(Math.min(...partsOf(cost))).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
