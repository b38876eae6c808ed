/** What a value that came too late is counted under. */
export const OTHER = 'other';
/** What a dimension without a value is counted under. */
export const UNASSIGNED = 'unassigned';

/** Values of one dimension: the first ones keep their name, all later ones are `other`. */
export class ValueCap {
  /** Lowering it takes no name away. */
  max: number;
  readonly #known = new Set<string>();

  constructor(max: number) {
    this.max = max;
  }

  /** `value`, or `other` when it is new and there are enough. */
  admit(value: string | undefined): string {
    if (value === undefined) return UNASSIGNED;
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.max) return OTHER;
    this.#known.add(value);
    return value;
  }

  /** Further values that would be admitted. */
  get room(): number {
    return Math.max(0, this.max - this.#known.size);
  }
}

/**
 * Attribute sets in use, counted apart for each group of instruments whose sets go together, so
 * that none of them passes the limit beyond which the SDK would throw all attributes away.
 */
export class SetBudget {
  max: number;
  readonly #used = [0, 0, 0, 0];

  constructor(max: number) {
    this.max = max;
  }

  /** Sets used by the fullest group. */
  get used(): number {
    return Math.max(...this.#used);
  }

  /** Takes one set of `group`, if there is one left in `share` of the room. */
  claim(group: SetGroup, share = 1): boolean {
    const used = this.#used[group] ?? 0;
    if (used >= this.max * share) return false;
    this.#used[group] = used + 1;
    return true;
  }
}

/** By token class; by outcome; by modality; by error type. */
export type SetGroup = 0 | 1 | 2 | 3;
export const CLASS_SETS = 0;
export const CALL_SETS = 1;
export const MODALITY_SETS = 2;
export const ERROR_SETS = 3;
