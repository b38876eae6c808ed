import type { Attributes } from '../../../conventions/index.ts';
import { asCount, asDictionary, type Dictionary } from '../../../providers/read.ts';

/** Names of attributes that mean the same, the best first. */
export type Keys = readonly string[];

/** The first of `keys` that holds text. */
export function textOf(attributes: Attributes, keys: Keys): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** Numbers as Micrometer, among others, leaves them: its values are all text. */
const COUNT_AS_TEXT = /^\d{1,15}(?:\.\d{1,15})?$/;

/**
 * The first of `keys` that holds a count, as a number or as text. The AI SDK writes NaN for what it
 * was not told.
 */
export function countOf(attributes: Attributes, keys: Keys): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    const count =
      typeof value === 'string' && COUNT_AS_TEXT.test(value) ? Number(value) : asCount(value);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** Whether `key` holds true, as a value or as text. */
export function isTrue(attributes: Attributes, key: string): boolean {
  const value = attributes[key];
  return value === true || value === 'true';
}

/** The first of `keys` that holds a list; writers also put it into a JSON or comma-separated text. */
export function listOf(attributes: Attributes, keys: Keys): string[] | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (Array.isArray(value)) return value.map(String);
    if (typeof value !== 'string' || value === '') continue;
    if (!value.startsWith('[')) return value.split(',').map((part) => part.trim());
    const list = parseJson(value);
    if (Array.isArray(list)) return list.map(String);
  }
  return undefined;
}

/** Longer text is left unread: what is looked for in it is small. */
const LONGEST_JSON = 1_000_000;

/** The object that the first of `keys` holds as JSON. */
export function jsonOf(attributes: Attributes, keys: Keys): Dictionary | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value !== 'string') continue;
    const parsed = asDictionary(parseJson(value));
    if (parsed !== undefined && !Array.isArray(parsed)) return parsed;
  }
  return undefined;
}

/** The objects of a list that the first of `keys` holds: as JSON, or as JSON each. */
export function jsonListOf(attributes: Attributes, keys: Keys): readonly Dictionary[] | undefined {
  for (const key of keys) {
    const value = attributes[key];
    const list: unknown = Array.isArray(value)
      ? value.map((each) => (typeof each === 'string' ? parseJson(each) : each))
      : typeof value === 'string'
        ? parseJson(value)
        : undefined;
    if (!Array.isArray(list)) continue;
    return list.map(asDictionary).filter((each) => each !== undefined);
  }
  return undefined;
}

function parseJson(text: string): unknown {
  if (text.length > LONGEST_JSON) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
