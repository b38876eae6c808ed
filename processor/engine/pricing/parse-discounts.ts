import { couldMeet } from './name-pattern.ts';
import type { Discount } from './overlay.ts';
import type { Mapping, OverlayReader } from './overlay-reader.ts';
import { parseRates } from './parse-rates.ts';
import type { RateClass, Rates } from './rates.ts';
import { RATE_CLASSES, RATE_NAMES, RATES_OF_CLASS } from './rates.ts';
import { serviceTierName } from './service-tiers.ts';

/** Beyond these a factor is taken for a percentage or a slip. */
const LEAST_FACTOR = 0.05;
const MOST_FACTOR = 5;

export function parseDiscounts(reader: OverlayReader, value: unknown): Discount[] {
  const discounts = reader
    .list(value, 'discounts')
    .map((entry, index) => parseDiscount(reader, entry, `discounts[${index}]`));
  refuseOverlaps(reader, discounts);
  return discounts;
}

function parseDiscount(reader: OverlayReader, value: unknown, place: string): Discount {
  const entry = reader.mapping(value, place, [
    'id',
    'match',
    'from',
    'to',
    'multiply',
    'set',
    'order',
    'iKnow',
  ]);
  const match = reader.mapping(entry['match'] ?? {}, `${place}.match`, [
    'provider',
    'model',
    'tier',
    'class',
  ]);
  const isConfirmed = reader.flag(entry['iKnow'], `${place}.iKnow`);
  const fromMs = reader.day(entry['from'], `${place}.from`);
  const untilMs = reader.day(entry['to'], `${place}.to`);
  if (untilMs <= fromMs) {
    reader.fail(
      `${place}.to`,
      'is not after from: the last day of a discount is the day before to',
    );
  }
  const change = parseChange(reader, entry, place, isConfirmed);
  const classes =
    'set' in change
      ? RATE_CLASSES.filter((rateClass) =>
          RATES_OF_CLASS[rateClass].some((name) => change.set[name] !== undefined),
        )
      : parseClasses(reader, match['class'], `${place}.match.class`);
  if ('set' in change && match['class'] !== undefined) {
    reader.fail(
      `${place}.match.class`,
      'has no meaning beside set, which names its classes: remove it',
    );
  }
  return {
    id: reader.text(entry['id'], `${place}.id`),
    provider: optional(match['provider'], (it) => reader.provider(it, `${place}.match.provider`)),
    model: optional(match['model'], (it) => reader.pattern(it, `${place}.match.model`)),
    tier: optional(match['tier'], (it) => serviceTierName(reader.text(it, `${place}.match.tier`))),
    classes,
    fromMs,
    untilMs,
    change,
    order: optional(entry['order'], (it) => reader.amount(it, `${place}.order`)),
  };
}

function optional<T>(value: unknown, parse: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : parse(value);
}

function parseChange(
  reader: OverlayReader,
  entry: Mapping,
  place: string,
  isConfirmed: boolean,
): Discount['change'] {
  if ((entry['multiply'] === undefined) === (entry['set'] === undefined)) {
    reader.fail(place, 'must have either multiply or set');
  }
  if (entry['set'] !== undefined) {
    return { set: parseRates(reader, entry['set'], `${place}.set`, isConfirmed) };
  }
  const multiply = reader.amount(entry['multiply'], `${place}.multiply`);
  if (!isConfirmed && (multiply < LEAST_FACTOR || multiply > MOST_FACTOR)) {
    reader.fail(
      `${place}.multiply`,
      `is ${multiply}: write the factor on the list price (0.88 for 12 % off), or add iKnow: true`,
    );
  }
  return { multiply };
}

function parseClasses(reader: OverlayReader, value: unknown, place: string): readonly RateClass[] {
  if (value === undefined) return RATE_CLASSES;
  const names = Array.isArray(value) ? (value as unknown[]) : [value];
  if (names.length === 0) reader.fail(place, 'names no class: remove it for all classes');
  return names.map((name) => {
    const known = RATE_CLASSES.find((rateClass) => rateClass === name);
    if (known === undefined) {
      reader.fail(
        place,
        `must be among ${RATE_CLASSES.join(', ')}, but is ${JSON.stringify(name)}`,
      );
    }
    return known;
  });
}

/** Two discounts that can meet on one call and one class need an order, or the result is chance. */
function refuseOverlaps(reader: OverlayReader, discounts: readonly Discount[]): void {
  const ids = new Set<string>();
  for (const [index, later] of discounts.entries()) {
    if (ids.has(later.id)) reader.fail(`discounts[${index}].id`, `"${later.id}" is used twice`);
    ids.add(later.id);
    for (const earlier of discounts.slice(0, index)) {
      const isOrdered =
        earlier.order !== undefined && later.order !== undefined && earlier.order !== later.order;
      if (!isOrdered && doMeet(earlier, later)) {
        reader.fail(
          `discounts[${index}]`,
          `("${later.id}") overlaps "${earlier.id}": give both a different order, or part their dates, models or classes`,
        );
      }
    }
  }
}

function doMeet(a: Discount, b: Discount): boolean {
  return (
    a.fromMs < b.untilMs &&
    b.fromMs < a.untilMs &&
    (a.provider === undefined || b.provider === undefined || a.provider === b.provider) &&
    (a.tier === undefined || b.tier === undefined || a.tier === b.tier) &&
    (a.model === undefined || b.model === undefined || couldMeet(a.model, b.model)) &&
    a.classes.some((rateClass) => b.classes.includes(rateClass)) &&
    (!('set' in a.change) || !('set' in b.change) || doSetSame(a.change.set, b.change.set))
  );
}

function doSetSame(a: Rates, b: Rates): boolean {
  return RATE_NAMES.some((name) => a[name] !== undefined && b[name] !== undefined);
}
