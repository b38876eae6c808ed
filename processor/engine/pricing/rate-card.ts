import {
  type PriceMatch,
  type RateName,
  UNIT_ENTRIES,
  type UnitFacts,
} from '../../../conventions/index.ts';
import type { CountedUnit, ListCard, Rates } from './rates.ts';
import { RATE_NAMES, UNIT_OF_RATE, UNITS_OF_QUANTITY } from './rates.ts';
import { bitsOf, NUMBER_OF_UNIT } from './usage-counts.ts';

/** Part of all input, which has a rate of its own. */
export interface InputPart {
  readonly unit: CountedUnit;
  readonly unitNumber: number;
  /** What was cached of it, where somebody counts that. */
  readonly cachedUnit: CountedUnit | undefined;
  /** -1 without such a unit. */
  readonly cachedUnitNumber: number;
  /** Both units. */
  readonly unitBits: number;
  readonly freshNanos: number;
  readonly cachedNanos: number;
}

/** The same of the output. */
export interface OutputPart {
  readonly unit: CountedUnit;
  readonly unitNumber: number;
  readonly nanos: number;
}

/**
 * Rates of one level of input length, resolved: nano-USD for one of a unit, with every inherited rate
 * filled in. The hot path only multiplies.
 */
export interface RateLevel {
  readonly isInputRated: boolean;
  readonly isOutputRated: boolean;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
  /** Empty where no part has a rate of its own. */
  readonly inputParts: readonly InputPart[];
  readonly outputParts: readonly OutputPart[];
  /** The units of both: where none of them was counted, the classes alone make the price. */
  readonly inputPartBits: number;
  readonly outputPartBits: number;
  /** Of what is no token. A unit that is missing here has no known price. */
  readonly measures: ReadonlyMap<CountedUnit, number>;
  /** The same by the numbers of the units. */
  readonly measureNanos: readonly (number | undefined)[];
  /** Of the call itself. */
  readonly request: number;
}

/** All that pricing a call of one model, tier and place needs. Immutable, memoised. */
export interface RateCard {
  readonly base: RateLevel;
  readonly steps: readonly { readonly above: number; readonly level: RateLevel }[];
  /** Every rate is 0: the book or the overlay says that the model costs nothing. */
  readonly isFree: boolean;
  readonly match: PriceMatch | undefined;
  /** Shortest audio that is billed, in seconds. */
  readonly leastAudioSeconds: number;
}

/** Factors that tiers, places and contracts put on the list's rates; an absent one is 1. */
export type RateFactors = Readonly<Partial<Record<RateName, number>>>;

/** Compiles a list card. `extra` are rates that the contract adds to what the list has. */
export function compileRateCard(
  list: ListCard,
  factors: RateFactors,
  extra: Rates,
  match: PriceMatch | undefined,
  leastAudioSeconds: number,
): RateCard {
  const base = compileLevel(list.base, factors, extra);
  const steps = list.steps.map(({ above, rates }) => ({
    above,
    level: compileLevel(rates, factors, extra),
  }));
  const isFree = [list.base, ...list.steps.map(({ rates }) => rates), extra].every((rates) =>
    RATE_NAMES.every((name) => (rates[name] ?? 0) * (factors[name] ?? 1) === 0),
  );
  return { base, steps, isFree, match, leastAudioSeconds };
}

/**
 * USD for so many units as nano-USD for one. Rounded to 12 digits, since 0.57 × 1000 is
 * 569.9999999999999 in binary.
 */
function nanosPerUnit(usd: number, units: number): number {
  return Number(((usd * 1e9) / units).toPrecision(12));
}

function compileLevel(list: Rates, factors: RateFactors, extra: Rates): RateLevel {
  const stated = (name: RateName): number | undefined => {
    const rate = list[name] === undefined ? extra[name] : list[name] * (factors[name] ?? 1);
    if (rate === undefined) return undefined;
    return nanosPerUnit(rate, UNITS_OF_QUANTITY[UNIT_OF_RATE.get(name)!.per]);
  };
  /** The stated rate, else the nearest that is stated of those that stand in for it; 0 without any. */
  const nanosOf = (name: RateName): number => {
    const others = (UNIT_OF_RATE.get(name)!.otherwise ?? []) as readonly RateName[];
    const found = [name, ...others].map(stated).find((nanos) => nanos !== undefined);
    const last = others.at(-1);
    return found ?? (last === undefined ? 0 : nanosOf(last));
  };
  const hasParts = PART_RATES.some((name) => stated(name) !== undefined);
  const inputParts = (hasParts ? INPUT_PARTS : []).map(({ unit, rate, cached }) => ({
    unit,
    unitNumber: numberOf(unit),
    cachedUnit: cached?.unit,
    cachedUnitNumber: cached === undefined ? -1 : numberOf(cached.unit),
    unitBits: bitsOf(cached === undefined ? [unit] : [unit, cached.unit]),
    freshNanos: nanosOf(rate),
    cachedNanos: nanosOf(cached?.rate ?? 'cacheRead'),
  }));
  const outputParts = (hasParts ? OUTPUT_PARTS : []).map(({ unit, rate }) => ({
    unit,
    unitNumber: numberOf(unit),
    nanos: nanosOf(rate),
  }));
  const measures = new Map(
    MEASURES.flatMap(({ unit, rate }) => {
      const nanos = stated(rate);
      return nanos === undefined ? [] : [[unit, nanos] as const];
    }),
  );
  return {
    isInputRated: list.input !== undefined || extra.input !== undefined,
    isOutputRated: list.output !== undefined || extra.output !== undefined,
    input: nanosOf('input'),
    cacheRead: nanosOf('cacheRead'),
    cacheWrite: nanosOf('cacheWrite'),
    cacheWrite1h: nanosOf('cacheWrite1h'),
    output: nanosOf('output'),
    reasoning: nanosOf('reasoning'),
    inputParts,
    outputParts,
    inputPartBits: inputParts.reduce((bits, part) => bits | part.unitBits, 0),
    outputPartBits: bitsOf(outputParts.map(({ unit }) => unit)),
    measures,
    measureNanos: UNIT_ENTRIES.map(([unit]) => measures.get(unit as CountedUnit)),
    request: stated('requests') ?? 0,
  };
}

function numberOf(unit: CountedUnit): number {
  return NUMBER_OF_UNIT.get(unit)!;
}

interface Rated {
  readonly unit: CountedUnit;
  readonly rate: RateName;
  readonly facts: UnitFacts;
}

const RATED: readonly Rated[] = UNIT_ENTRIES.flatMap(([unit, facts]) =>
  facts.rate === undefined || facts.isEveryCall === true
    ? []
    : [{ unit: unit as CountedUnit, rate: facts.rate as RateName, facts }],
);
const PART_RATES = RATED.filter(({ facts }) => facts.within !== undefined).map(({ rate }) => rate);
const INPUT_PARTS = RATED.filter(({ facts }) => facts.within === 'input').map((part) => ({
  ...part,
  cached: RATED.find(({ facts }) => facts.cachedOf === part.unit),
}));
const OUTPUT_PARTS = RATED.filter(({ facts }) => facts.within === 'output');
const MEASURES = RATED.filter(({ facts }) => facts.withoutRate !== undefined);
