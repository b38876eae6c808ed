import {
  type BillableUnit,
  type TokenUsage,
  UNIT_ENTRIES,
  type UnitFacts,
} from '../../../conventions/index.ts';

/** Units that somebody counts and that have a rate: all that a price can be made of. */
export const NUMBERED_UNITS: readonly (readonly [BillableUnit, UnitFacts])[] = UNIT_ENTRIES.filter(
  ([, { rate, isEveryCall }]) => rate !== undefined && isEveryCall !== true,
);

/**
 * A number for each of them, by which its count and what is known of it stand in arrays. At most 31,
 * so that a set of units is an integer, with a bit left for all else.
 */
export const NUMBER_OF_UNIT: ReadonlyMap<string, number> = new Map(
  NUMBERED_UNITS.map(([unit], number) => [unit, number]),
);
/** What is no such unit, such as the provider's own total, is looked at and left aside. */
const NO_UNIT = NUMBERED_UNITS.length;
/** More counts than this are read as well, only slower. */
const MOST_REMEMBERED = 32;

/**
 * The counts of one usage by the numbers of their units. One instance is reused for every call, so
 * that reading allocates nothing.
 *
 * A provider's usages have the same counts in the same order, call after call. So the unit that was
 * last seen at a place is remembered, and its number need not be looked up by its name.
 */
export class UsageCounts {
  /** How many of each unit that is present; else what an earlier usage has left. */
  readonly #counts = new Float64Array(NO_UNIT + 1);
  /** A bit for each unit that somebody counted, be it as 0. */
  present = 0;
  readonly #nameAt: string[] = Array.from({ length: MOST_REMEMBERED }, () => '');
  readonly #numberAt: number[] = Array.from({ length: MOST_REMEMBERED }, () => NO_UNIT);

  /** Takes over all counts of `usage`. */
  read(usage: TokenUsage): void {
    const counts = this.#counts;
    const nameAt = this.#nameAt;
    const numberAt = this.#numberAt;
    let present = 0;
    let place = 0;
    for (const name in usage) {
      const count = usage[name as keyof TokenUsage];
      if (count === undefined) continue;
      const number = nameAt[place] === name ? numberAt[place]! : this.#look(name, place);
      counts[number] = count;
      present |= 1 << number;
      place += 1;
    }
    this.present = present;
  }

  /** How many of the unit with this number; 0 where nobody counted. */
  of(number: number): number {
    return (this.present & (1 << number)) === 0 ? 0 : this.#counts[number]!;
  }

  #look(name: string, place: number): number {
    const number = NUMBER_OF_UNIT.get(name) ?? NO_UNIT;
    if (place < MOST_REMEMBERED) {
      this.#nameAt[place] = name;
      this.#numberAt[place] = number;
    }
    return number;
  }
}

/** The units as a set of bits. */
export function bitsOf(units: Iterable<string>): number {
  let bits = 0;
  for (const unit of units) bits |= 1 << NUMBER_OF_UNIT.get(unit)!;
  return bits;
}
