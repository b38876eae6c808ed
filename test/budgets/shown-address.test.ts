import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';

import { shownAddress } from '../../processor/governance/budgets/stores/shown-address.ts';

it.each([
  ['redis://localhost:6379', 'redis://localhost:6379'],
  ['redis://u:pa@ss@host:6379/2', 'redis://…@host:6379/2'],
  ['rediss://:p/a?s#s@host', 'rediss://…@host'],
  ['redis://host?password=secret', 'redis://host'],
])('shows %s as %s', (store, shown) => {
  expect(shownAddress(store)).toBe(shown);
});

it('shows no part of any password', () => {
  assert(
    property(string({ minLength: 1, unit: 'binary' }), (password) => {
      expect(shownAddress(`redis://user:${password}@host:6379`)).toBe('redis://…@host:6379');
    }),
  );
});
