import { expect, it } from 'vitest';
import { DecisionCounts } from '../../processor/budgets/decision-counts.ts';

it('counts decisions by budget, and those of too many budgets together', () => {
  const counts = new DecisionCounts();
  for (let budget = 0; budget < 2_100; budget += 1) counts.add(`b-${budget}`, 'allow');
  counts.add('b-0', 'allow');
  counts.add('b-0', 'block');
  const seen = new Map<string, number>();
  counts.observe((name, value, attributes) => {
    expect(name).toBe('costspan.budget.decisions');
    seen.set(Object.values(attributes).join(' '), value);
  });
  expect(seen.size).toBe(2_002);
  expect([seen.get('allow b-0'), seen.get('allow other'), seen.get('block other')]).toEqual([
    2, 100, 1,
  ]);
});
