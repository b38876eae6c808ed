import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { SeenKeys } from '../../processor/engine/batches/seen-keys.ts';

describe('SeenKeys', () => {
  it('knows what it was told, like a set', () => {
    assert(
      property(array(string()), (keys) => {
        const seen = new SeenKeys(10_000);
        const set = new Set<string>();
        for (const key of keys) {
          expect(seen.add(key)).toBe(!set.has(key));
          set.add(key);
        }
      }),
    );
  });

  it('tells 100,000 keys of one make apart, and remembers them all', () => {
    const seen = new SeenKeys(100_000);
    const keys = Array.from({ length: 100_000 }, (_, index) => `openai|gpt-4o|chatcmpl-${index}|`);
    expect(keys.filter((key) => !seen.add(key))).toEqual([]);
    expect(keys.filter((key) => seen.add(key))).toEqual([]);
  });

  it('forgets the oldest once it holds twice its capacity', () => {
    const seen = new SeenKeys(10);
    for (let index = 0; index < 20; index += 1) seen.add(`${index}`);
    expect(seen.add('10')).toBe(false);
    expect(seen.add('0')).toBe(true);
  });
});
