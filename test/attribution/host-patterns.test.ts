import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostPatterns, parseHostAddress } from '../../processor/node/attribution/index.ts';

function matches(patterns: readonly string[], host: string): boolean {
  const address = parseHostAddress(host);
  return address !== undefined && new HostPatterns(patterns).matches(address);
}

describe('HostPatterns', () => {
  it.each([
    ['api.internal', 'api.internal', true],
    ['API.Internal', 'api.INTERNAL', true],
    ['api.internal', 'api.internal.', true],
    ['api.internal', 'x.api.internal', false],
    ['*.internal', 'a.internal:8080', true],
    ['*.internal', 'a.b.internal', true],
    ['*.internal', 'internal', false],
    ['*.internal', 'ainternal', false],
    ['*.internal', 'a.internal.example', false],
    ['a.internal:443', 'a.internal:443', true],
    ['a.internal:443', 'a.internal:80', false],
    ['a.internal:443', 'a.internal', false],
    ['*.internal:443', 'a.internal:443', true],
    ['[::1]:8080', '[::1]:8080', true],
    ['127.0.0.1', '127.0.0.1:9', true],
  ])('%s against %s: %s', (pattern, host, expected) => {
    expect(matches([pattern], host)).toBe(expected);
  });

  it('joins the ports of one host, and every port wins', () => {
    expect(matches(['a:1', 'a:2'], 'a:2')).toBe(true);
    expect(matches(['a:1', 'a'], 'a:2')).toBe(true);
    expect(matches(['a', 'a:1'], 'a:2')).toBe(true);
    expect(matches(['a:1', 'a:2'], 'a:3')).toBe(false);
  });

  it.each([
    '',
    '*',
    '*.',
    '**.internal',
    'a.*.internal',
    'http://a.internal',
    'a/b',
    'a:b',
    'a:99999',
    'u@a',
    'a b',
  ])('refuses the pattern %j', (pattern) => {
    const patterns = new HostPatterns([pattern]);
    expect(patterns.invalid).toEqual([pattern]);
    expect(patterns.isEmpty).toBe(true);
  });

  it('refuses entries of a program that are no text', () => {
    expect(new HostPatterns([7 as unknown as string]).isEmpty).toBe(true);
  });

  it('agrees with the rule said plainly', () => {
    const label = fc.constantFrom('a', 'b', 'internal', 'example');
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
    const pattern = fc
      .tuple(fc.boolean(), host)
      .map(([isSuffix, name]) => (isSuffix ? `*.${name}` : name));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), host, (patterns, name) => {
        const expected = patterns.some((each) =>
          each.startsWith('*.') ? name.endsWith(each.slice(1)) : name === each,
        );
        expect(matches(patterns, name)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
