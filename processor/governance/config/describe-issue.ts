import type * as v from 'valibot';
import { schemaAt } from './schema-walk.ts';
import type { ConfigPath } from './schema-walk.ts';
import { suggest } from '../../engine/suggest.ts';

/** Such as `budgets[0].limitUsd`; empty for the root. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += text === '' ? printable(key) : `.${printable(key)}`;
  }
  return text;
}

export function pathOf(issue: v.BaseIssue<unknown>): ConfigPath {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  return isListForMapping(issue) ? path.slice(0, -1) : path;
}

/** The validator takes a list for a mapping with the keys 0, 1 …; nobody who wrote one does. */
function isListForMapping(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && Array.isArray(issue.path?.at(-1)?.input);
}

/** The validator's complaint about an unknown key; it names only the first, so we look ourselves. */
export function isAboutUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never' && !isListForMapping(issue);
}

/** What to do about a key that is not one of `known`: completes "`<path>` …". */
export function describeUnknownKey(key: string, known: readonly string[]): string {
  const nearest = suggest(key, known);
  return nearest === undefined
    ? `is not a known key: known here are ${known.join(', ')}`
    : `is not a known key: did you mean "${nearest}"?`;
}

/** What is wrong and how to mend it: completes "`<path>` …", without the full stop. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = pathOf(issue);
  if (issue.type === 'strict_object') {
    if (isListForMapping(issue)) return 'must be a mapping of keys to values, but is a list';
    if (issue.input === undefined) return 'is missing and must be given';
  }
  if (issue.input === null) return 'has no value: give it one or remove the key';
  if (issue.kind === 'validation') {
    return isPlain(issue.input) ? `${issue.message}${but(path, issue.input)}` : issue.message;
  }
  return `${expectation(issue, path)}${but(path, issue.input)}${typeRemedy(issue)}`;
}

function expectation(issue: v.BaseIssue<unknown>, path: ConfigPath): string {
  switch (issue.type) {
    case 'strict_object':
      return 'must be a mapping of keys to values';
    case 'array':
      return 'must be a list';
    case 'string':
      return 'must be text';
    case 'number':
      return 'must be a number';
    case 'boolean':
      return 'must be true or false';
    case 'literal':
      return `must be ${issue.expected?.replaceAll('"', '') ?? 'another value'}`;
    case 'picklist': {
      const options = schemaAt(path)?.options ?? [];
      const nearest =
        typeof issue.input === 'string' ? suggest(issue.input, options.map(String)) : undefined;
      return `must be one of ${options.join(', ')}${nearest ? ` (did you mean "${nearest}"?)` : ''}`;
    }
    default:
      return issue.message;
  }
}

function typeRemedy(issue: v.BaseIssue<unknown>): string {
  const { type, input } = issue;
  if (type === 'string' && (typeof input === 'number' || typeof input === 'boolean')) {
    return ': put it in quotes';
  }
  if (type === 'number' && typeof input === 'string' && Number.isFinite(Number(input || 'x'))) {
    return ': remove the quotes';
  }
  if (type === 'array' && isPlain(input)) return ': write it as [value]';
  return '';
}

/** `, but is …`. The store's address may hold a password, so it is never repeated. */
function but(path: ConfigPath, input: unknown): string {
  return path[0] === 'store' ? '' : `, but is ${preview(input)}`;
}

function preview(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return JSON.stringify(shorten(input));
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return 'a mapping';
}

function isPlain(input: unknown): boolean {
  return typeof input !== 'object' && input !== undefined;
}

function printable(text: string): string {
  return /^[\w$-]{1,64}$/.test(text) ? text : JSON.stringify(shorten(text));
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
