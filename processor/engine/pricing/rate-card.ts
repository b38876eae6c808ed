import {
  BILLABLE_UNITS,
  type BillableUnit,
  type PriceMatch,
  type RateName,
  UNIT_ENTRIES,
  type UnitFacts,
} from '../../../conventions/index.ts';
import type { CountedUnit, ListCard, Rates } from './rates.ts';
import { RATE_NAMES, UNIT_OF_RATE, UNITS_OF_QUANTITY } from './rates.ts';
import { bitsOf, NUMBER_OF_UNIT, NUMBERED_UNITS } from './usage-counts.ts';

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
  /** Whether either has no rate of its own, and none that is known to be the same. */
  readonly isFreshMissing: boolean;
  readonly isCachedMissing: boolean;
}

/** The same of the output. */
export interface OutputPart {
  readonly unit: CountedUnit;
  readonly unitNumber: number;
  readonly nanos: number;
  readonly isMissing: boolean;
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
  /** Classes without a known rate: what is charged for them is a lower bound, or nothing. */
  readonly missingClassBits: number;
  /** Parts of them without one, and what was cached of such. */
  readonly missingPartBits: number;
  readonly missingInputParts: readonly InputPart[];
  readonly missingOutputParts: readonly OutputPart[];
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
  /** Every rate is 0: the book or the overlay says that the model costs nothing, fees aside. */
  readonly isFree: boolean;
  readonly match: PriceMatch | undefined;
  /** Shortest audio that is billed, in seconds. */
  readonly leastAudioSeconds: number;
  /** The same with every rate that stands in for an absent one: to divide a known total by. */
  readonly forDivision: RateCard;
}

/** Factors that tiers, places and contracts put on the list's rates; an absent one is 1. */
export type RateFactors = Readonly<Partial<Record<RateName, number>>>;

/** What changes a list, and what is added to it. */
export interface Terms {
  readonly factors: RateFactors;
  /** Rates of the contract that the list does not have. */
  readonly extra: Rates;
  /** The provider's own for what neither states. */
  readonly fees: Rates;
}

/**
 * Compiles a list card.
 *
 * @param inherits whether a rate that is absent is meant to be the one that stands in for it
 */
export function compileRateCard(
  list: ListCard,
  terms: Terms,
  match: PriceMatch | undefined,
  leastAudioSeconds: number,
  inherits: boolean,
): RateCard {
  const { factors, extra } = terms;
  const isFree = [list.base, ...list.steps.map(({ rates }) => rates), extra].every((rates) =>
    RATE_NAMES.every((name) => (rates[name] ?? 0) * (factors[name] ?? 1) === 0),
  );
  const isInheriting = inherits || isFree;
  const base = compileLevel(list.base, terms, isInheriting);
  const steps = list.steps.map(({ above, rates }) => ({
    above,
    level: compileLevel(rates, terms, isInheriting),
  }));
  return {
    base,
    steps,
    isFree,
    match,
    leastAudioSeconds,
    get forDivision(): RateCard {
      if (isInheriting) return this;
      const card = compileRateCard(list, terms, match, leastAudioSeconds, true);
      Object.defineProperty(this, 'forDivision', { value: card });
      return card;
    },
  };
}

/**
 * USD for so many units as nano-USD for one. Rounded to 12 digits, since 0.57 × 1000 is
 * 569.9999999999999 in binary.
 */
function nanosPerUnit(usd: number, units: number): number {
  return Number(((usd * 1e9) / units).toPrecision(12));
}

/** Nano-USD for one of a unit, and whether that is less than what is billed for it. */
interface FoundRate {
  readonly nanos: number;
  readonly isMissing: boolean;
}

const NO_RATE: FoundRate = { nanos: 0, isMissing: true };

/** Looks the rates of one level up. */
class RateFinder {
  readonly #list: Rates;
  readonly #terms: Terms;
  readonly #inherits: boolean;

  constructor(list: Rates, terms: Terms, inherits: boolean) {
    this.#list = list;
    this.#terms = terms;
    this.#inherits = inherits;
  }

  stated(name: RateName): number | undefined {
    const { factors, extra, fees } = this.#terms;
    const scaled = (rate: number | undefined): number | undefined =>
      rate === undefined ? undefined : rate * (factors[name] ?? 1);
    const rate = scaled(this.#list[name]) ?? extra[name] ?? scaled(fees[name]);
    if (rate === undefined) return undefined;
    return nanosPerUnit(rate, UNITS_OF_QUANTITY[UNIT_OF_RATE.get(name)!.per]);
  }

  /** The stated rate, else what the table of units says of one that is absent. */
  find(name: RateName): FoundRate {
    const nanos = this.stated(name);
    if (nanos !== undefined) return { nanos, isMissing: false };
    const others = (UNIT_OF_RATE.get(name)!.otherwise ?? []) as readonly RateName[];
    // Whether input and output have a rate is asked before there is anything to look up.
    if (others.length === 0) return { nanos: 0, isMissing: false };
    if (this.#inherits) return this.#inherited(others);
    const standIn = this.#standIn(name);
    if (standIn === 'most') return NO_RATE;
    const other = this.find(others[0]!);
    return { nanos: other.nanos, isMissing: other.isMissing || standIn === 'least' };
  }

  /** The nearest that is stated of those that stand in. */
  #inherited(others: readonly RateName[]): FoundRate {
    for (const name of others) {
      const nanos = this.stated(name);
      if (nanos !== undefined) return { nanos, isMissing: false };
    }
    return this.find(others.at(-1)!);
  }

  #standIn(name: RateName): UnitFacts['standIn'] {
    const { standIn, cachedOf } = UNIT_OF_RATE.get(name)!;
    if (cachedOf === undefined) return standIn;
    const whole = BILLABLE_UNITS[cachedOf as BillableUnit] as UnitFacts;
    const isAlike = whole.standIn === 'same' && this.stated(whole.rate as RateName) === undefined;
    return isAlike ? 'same' : standIn;
  }
}

/** Classes whose rate a card may lack while it has one for input and output. */
const CACHE_CLASSES = ['cacheRead', 'cacheWrite', 'cacheWrite1h'] as const;

function compileLevel(list: Rates, terms: Terms, inherits: boolean): RateLevel {
  const rates = new RateFinder(list, terms, inherits);
  const nanosOf = (name: RateName): number => rates.find(name).nanos;
  const isMissing = (name: RateName): boolean => rates.find(name).isMissing;
  const allInputParts = INPUT_PARTS.map(({ unit, rate, cached }) => ({
    unit,
    unitNumber: numberOf(unit),
    cachedUnit: cached?.unit,
    cachedUnitNumber: cached === undefined ? -1 : numberOf(cached.unit),
    unitBits: bitsOf(cached === undefined ? [unit] : [unit, cached.unit]),
    freshNanos: nanosOf(rate),
    cachedNanos: nanosOf(cached?.rate ?? 'cacheRead'),
    isFreshMissing: isMissing(rate),
    // What is cached of one that nobody counts apart is missing with all that was cached.
    isCachedMissing: cached !== undefined && isMissing(cached.rate),
  }));
  const allOutputParts = OUTPUT_PARTS.map(({ unit, rate }) => ({
    unit,
    unitNumber: numberOf(unit),
    nanos: nanosOf(rate),
    isMissing: isMissing(rate),
  }));
  const hasParts = PART_RATES.some((name) => rates.stated(name) !== undefined);
  const inputParts = hasParts ? allInputParts : [];
  const outputParts = hasParts ? allOutputParts : [];
  const missingInputParts = allInputParts.filter(
    (part) => part.isFreshMissing || part.isCachedMissing,
  );
  const missingOutputParts = allOutputParts.filter((part) => part.isMissing);
  const measures = new Map(
    MEASURES.flatMap(({ unit, rate }) => {
      const nanos = rates.stated(rate);
      return nanos === undefined ? [] : [[unit, nanos] as const];
    }),
  );
  return {
    isInputRated: list.input !== undefined || terms.extra.input !== undefined,
    isOutputRated: list.output !== undefined || terms.extra.output !== undefined,
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
    missingClassBits: bitsOf(CACHE_CLASSES.filter(isMissing)),
    missingPartBits:
      missingInputParts.reduce((bits, part) => bits | part.unitBits, 0) |
      bitsOf(missingOutputParts.map(({ unit }) => unit)),
    missingInputParts,
    missingOutputParts,
    measures,
    measureNanos: NUMBERED_UNITS.map(([unit]) => measures.get(unit as CountedUnit)),
    request: rates.stated('requests') ?? 0,
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
