import { expect, it } from 'vitest';
import { LabelledSums } from '../../processor/engine/metrics/labelled-sums.ts';

const labels = (name: string) => () => ({ name });

it('sums by key, and what comes beyond the bound together', () => {
  const sums = new LabelledSums(2);
  for (const key of ['a', 'b', 'c', 'd', 'a']) {
    sums.add(key, 1, labels(key), 'other', labels('other'));
  }
  const seen = [...sums.values()].map(({ attributes, value }) => [attributes['name'], value]);
  expect(seen).toEqual([
    ['a', 2],
    ['b', 1],
    ['other', 2],
  ]);
});
