import { suggest } from '../suggest.ts';
import { parseNamePattern } from './name-pattern.ts';
import type { NamePattern } from './name-pattern.ts';
import { OverlayError } from './overlay-error.ts';
import { providerRules } from '../../../providers/book-id.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** Keys of the price file's plan that this version cannot honour; ignoring them would misprice. */
const NOT_YET: Readonly<Record<string, string>> = {
  commitments: 'is not supported yet: leave it out, and state what a call costs under models',
  account: 'cannot be matched, since a call does not know its account: remove it',
  deployment: 'cannot be matched: name the model, and the deployment under deployments',
  floorAfterUsd:
    'cannot be applied, since pricing a call does not know the spend before it: split by date',
  regex: 'is never run: use names, with * at the beginning or end',
};

/** Checked access to the values of one price file. Every failure is an `OverlayError`. */
export class OverlayReader {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  fail(place: string, sentence: string): never {
    throw new OverlayError(this.file, place, `${sentence}.`);
  }

  /** A mapping with no other keys than `known`. */
  mapping(value: unknown, place: string, known: readonly string[]): Mapping {
    const mapping = this.anyMapping(value, place);
    for (const key of Object.keys(mapping)) {
      if (known.includes(key)) continue;
      const at = place === '' ? shown(key) : `${place}.${shown(key)}`;
      if (Object.hasOwn(NOT_YET, key)) this.fail(at, NOT_YET[key]!);
      const nearest = suggest(key, known);
      this.fail(
        at,
        nearest === undefined
          ? `is not a known key: known here are ${known.join(', ')}`
          : `is not a known key: write "${nearest}" if you mean that`,
      );
    }
    return mapping;
  }

  anyMapping(value: unknown, place: string): Mapping {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.fail(place, `must be a mapping of keys to values, but is ${preview(value)}`);
    }
    return value as Mapping;
  }

  /** `[]` when absent. */
  list(value: unknown, place: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) this.fail(place, `must be a list, but is ${preview(value)}`);
    return value as unknown[];
  }

  text(value: unknown, place: string): string {
    if (typeof value === 'number' || typeof value === 'boolean') {
      this.fail(place, `must be text, but is ${preview(value)}: put it in quotes`);
    }
    if (typeof value !== 'string' || value.trim() === '') {
      this.fail(place, `must be text, but is ${preview(value)}`);
    }
    if (value.length > 128) this.fail(place, 'is longer than 128 characters: shorten it');
    return value.trim();
  }

  flag(value: unknown, place: string): boolean {
    if (value === undefined) return false;
    if (typeof value !== 'boolean') {
      this.fail(place, `must be true or false, but is ${preview(value)}`);
    }
    return value;
  }

  /** A number that is neither negative, nor infinite, nor NaN. */
  amount(value: unknown, place: string): number {
    if (typeof value !== 'number') {
      const remedy = typeof value === 'string' && value.trim() !== '' ? ': remove the quotes' : '';
      this.fail(place, `must be a number, but is ${preview(value)}${remedy}`);
    }
    if (!Number.isFinite(value)) this.fail(place, `is ${String(value)}: write a plain number`);
    if (value < 0) this.fail(place, `is ${value}: it cannot be negative`);
    return value;
  }

  /** The start of a UTC day, as milliseconds. */
  day(value: unknown, place: string): number {
    const text = this.text(value, place);
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
    // `Date.parse` takes 2026-02-30 for the second of March.
    if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) {
      this.fail(place, `is ${preview(value)}: write a day such as 2026-01-31`);
    }
    return ms;
  }

  currency(value: unknown, place: string): string {
    const code = this.text(value, place);
    if (!/^[A-Z]{3}$/.test(code)) {
      this.fail(place, `is ${preview(value)}: write an ISO 4217 code such as USD or EUR`);
    }
    return code;
  }

  /** The price book's id of a provider, whichever of its names the file uses. */
  provider(value: unknown, place: string): string {
    return providerRules(this.text(value, place)).bookId;
  }

  pattern(value: unknown, place: string): NamePattern {
    const pattern = parseNamePattern(this.text(value, place));
    if (typeof pattern === 'string') this.fail(place, `${pattern}, but is ${preview(value)}`);
    return pattern;
  }

  /** `provider:rest`, as in `azure:my-deploy`. */
  keyed(key: string, place: string): { readonly provider: string; readonly rest: string } {
    const colon = key.indexOf(':');
    if (colon <= 0 || colon === key.length - 1) {
      this.fail(place, 'needs a provider in front, such as "azure:my-deploy"');
    }
    return { provider: this.provider(key.slice(0, colon), place), rest: key.slice(colon + 1) };
  }
}

/** A key as part of a place; what is long or odd is quoted and cut. */
export function shown(key: string): string {
  return /^[\w$-]{1,48}$/.test(key) ? key : JSON.stringify(cut(key));
}

function preview(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? JSON.stringify(cut(value)) : `${value as number | boolean}`;
}

function cut(text: string): string {
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}
