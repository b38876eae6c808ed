import type { MatchConfig } from '../../config/index.ts';

/** What of a call decides whether something applies to it. */
export type CallFacts = { readonly [Key in keyof MatchConfig]?: string | undefined } & {
  /** All agents around the call: a match on one holds for what the agents inside it do. */
  readonly agents?: readonly string[] | undefined;
};

/** Whether a call is one that a `match` names. */
export type Matcher = (facts: CallFacts) => boolean;

/** Ids that differ in case only are the same. */
const CASELESS: ReadonlySet<string> = new Set(['model', 'provider']);

/**
 * Compiles a `match`: every key must hold; `*` stands for any text, also for none. A key that the
 * call has no value for never holds, not even for `*`.
 */
export function compileMatch(match: MatchConfig): Matcher {
  const tests = Object.entries(match)
    .filter((entry): entry is [keyof MatchConfig, string] => typeof entry[1] === 'string')
    .map(([key, pattern]) => ({ key, fits: compilePattern(pattern, CASELESS.has(key)) }));
  return (facts) =>
    tests.every(({ key, fits }) => {
      if (key === 'agent') return facts.agents?.some(fits) ?? false;
      const value = facts[key];
      return value !== undefined && fits(value);
    });
}

/** A test of one value against a pattern in which `*` stands for any text. */
export function compilePattern(pattern: string, isCaseless: boolean): (value: string) => boolean {
  const fold = (text: string): string => (isCaseless ? text.toLowerCase() : text);
  const [first = '', ...rest] = fold(pattern).split('*');
  const last = rest.pop();
  if (last === undefined) return (value) => fold(value) === first;
  return (value) => {
    const text = fold(value);
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
