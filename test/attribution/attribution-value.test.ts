import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  refusedAttributionValues,
  setAttributionRefusalListener,
  withAttribution,
  type AttributionRefusal,
} from '../../processor/node/attribution/index.ts';
import { parseAttributionValue } from '../../processor/engine/attribution/attribution-value.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 140 }),
  fc.string({ unit: 'grapheme', maxLength: 140 }),
  fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\u0000', '\uD800', '\u2028', '😀', 'ü') }),
);

describe('parseAttributionValue', () => {
  it('accepts exactly trimmed text of 1 to 64 characters that a header can carry', () => {
    fc.assert(
      fc.property(text, (value) => {
        const trimmed = value.trim();
        // The rule said again, character by character.
        const characters = Array.from(trimmed);
        const isUsable =
          characters.length >= 1 &&
          characters.length <= 64 &&
          characters.every((character) => {
            const code = character.codePointAt(0) ?? 0;
            const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
            const isSeparator = code === 0x2028 || code === 0x2029;
            return !isControl && !isSeparator && !(code >= 0xd800 && code <= 0xdfff);
          });
        const parsed = parseAttributionValue(value);
        expect('value' in parsed).toBe(isUsable);
        if ('value' in parsed) {
          expect(parsed.value).toBe(trimmed);
          expect(decodeURIComponent(encodeURIComponent(parsed.value))).toBe(trimmed);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [undefined, 'not a string'],
    [17, 'not a string'],
    [{ toString: () => 'team' }, 'not a string'],
    ['', 'empty'],
    [' \t\n ', 'empty'],
    ['x'.repeat(65), 'too long'],
    ['😀'.repeat(65), 'too long'],
    ['x'.repeat(10_000_000), 'too long'],
    ['a\u0000b', 'control characters'],
    ['a\r\nset-cookie: b', 'control characters'],
    ['a\uD800', 'control characters'],
  ])('refuses %j', (value, reason) => {
    expect(parseAttributionValue(value)).toEqual({ refused: reason });
  });

  it('counts characters, not UTF-16 units', () => {
    expect(parseAttributionValue('😀'.repeat(64))).toEqual({ value: '😀'.repeat(64) });
  });
});

describe('setAttributionRefusalListener', () => {
  afterEach(() => setAttributionRefusalListener(undefined));

  it('hears once of each key, while every refusal counts', () => {
    const heard: AttributionRefusal[] = [];
    setAttributionRefusalListener((refusal) => heard.push(refusal));
    const before = refusedAttributionValues();
    for (let round = 0; round < 3; round++) {
      withAttribution({ team: '', workflow: 'x'.repeat(65) }, () => undefined);
    }
    expect(heard).toEqual([
      { key: 'team', source: 'code', reason: 'empty' },
      { key: 'workflow', source: 'code', reason: 'too long' },
    ]);
    expect(refusedAttributionValues() - before).toBe(6);
  });

  it('does not let a listener that throws reach the host', () => {
    setAttributionRefusalListener(() => {
      throw new Error('listener');
    });
    expect(withAttribution({ team: '' }, () => 'result')).toBe('result');
  });
});
