import { describe, expect, it } from 'vitest';
import { compileMatch, compilePattern } from '../../processor/governance/budgets/scope/match.ts';

describe('compilePattern', () => {
  it.each([
    ['gpt-4o', 'gpt-4o', true],
    ['gpt-4o', 'gpt-4o-mini', false],
    ['gpt-4o*', 'gpt-4o-mini', true],
    ['*-mini', 'gpt-4o-mini', true],
    ['gpt-*-mini', 'gpt-4o-mini', true],
    ['gpt-*-mini', 'gpt-mini', false],
    ['a*a', 'a', false],
    ['*b*b*', 'abcb', true],
    ['*b*b*', 'abc', false],
    ['*', '', true],
    ['GPT-4o', 'gpt-4O', true],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, value, expected) => {
    expect(compilePattern(pattern, true)(value)).toBe(expected);
  });

  it('tells upper from lower case where that matters', () => {
    expect(compilePattern('Team', false)('team')).toBe(false);
  });
});

describe('compileMatch', () => {
  it('wants every key to hold, and none for a key that the call lacks', () => {
    const matches = compileMatch({ team: 'a', model: 'gpt-*' });
    expect(matches({ team: 'a', model: 'gpt-4o' })).toBe(true);
    expect(matches({ team: 'b', model: 'gpt-4o' })).toBe(false);
    expect(compileMatch({ userId: '*' })({ team: 'a' })).toBe(false);
    expect(compileMatch({})({})).toBe(true);
  });

  it('holds for what agents do inside the one it names', () => {
    const matches = compileMatch({ agent: 'planner' });
    expect(matches({ agents: ['searcher', 'planner'] })).toBe(true);
    expect(matches({ agents: ['searcher'] })).toBe(false);
  });
});
