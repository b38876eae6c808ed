import {
  type BillableUnit,
  type BillingClass,
  type Quantity,
  type RateName,
  UNIT_ENTRIES,
  type UnitFacts,
} from '../../../conventions/index.ts';

/**
 * List rates of one model, in USD for as much of the unit as `per` of its entry says. An absent rate
 * is inherited where the entry has an `otherwise`; it never means 0.
 */
export type Rates = { readonly [Name in RateName]?: number | undefined };

/** A unit that a usage counts. */
export type CountedUnit = Exclude<BillableUnit, 'requests'>;

/** Classes that a discount can name. */
export type RateClass = BillingClass;

export const RATE_CLASSES: readonly RateClass[] = [
  'input',
  'cacheRead',
  'cacheWrite',
  'output',
  'reasoning',
  'tools',
];

/** A unit that has a rate. */
export interface RatedUnit extends UnitFacts {
  readonly rate: RateName;
  readonly per: Quantity;
  readonly label: string;
}

/** The unit behind each rate, in the order of the units. */
export const UNIT_OF_RATE: ReadonlyMap<RateName, RatedUnit> = new Map(
  UNIT_ENTRIES.map(([, facts]) => facts)
    .filter((facts): facts is RatedUnit => facts.rate !== undefined)
    .map((facts) => [facts.rate, facts]),
);

/** Which rates a class covers. */
export const RATES_OF_CLASS: Readonly<Record<RateClass, readonly RateName[]>> = Object.fromEntries(
  RATE_CLASSES.map((rateClass) => [
    rateClass,
    [...UNIT_OF_RATE.values()].filter((facts) => facts.class === rateClass).map(({ rate }) => rate),
  ]),
) as Record<RateClass, RateName[]>;

/** Everything that service tiers and geography scale: what is charged one by one they leave alone. */
export const CONTENT_RATES: readonly RateName[] = RATE_CLASSES.filter(
  (rateClass) => rateClass !== 'tools',
).flatMap((rateClass) => RATES_OF_CLASS[rateClass]);

export const RATE_NAMES: readonly RateName[] = [...CONTENT_RATES, ...RATES_OF_CLASS.tools];

/** How many of a unit each quantity is. A rate by the hour is of a unit that counts seconds. */
export const UNITS_OF_QUANTITY: Readonly<Record<Quantity, number>> = {
  'million tokens': 1e6,
  'million characters': 1e6,
  'million token-hours': 1e6,
  thousand: 1e3,
  hour: 3600,
  second: 1,
  unit: 1,
};

/** Rates from a threshold on: they hold for the whole call once its whole input exceeds `above`. */
export interface RateStep {
  /** Input tokens, cached ones included. */
  readonly above: number;
  readonly rates: Rates;
}

/** What a price list says of one model at one time. */
export interface ListCard {
  readonly base: Rates;
  /** By rising threshold. */
  readonly steps: readonly RateStep[];
}

/** A list card and the time it holds for: `[fromMs, untilMs)`, milliseconds since the epoch. */
export interface DatedCard {
  readonly card: ListCard;
  readonly fromMs: number;
  readonly untilMs: number;
}
