import { ATTR_ERROR_TYPE, type Attributes } from '../../../conventions/index.ts';
import type { DimensionSet } from './series-table.ts';
import { sortAttributes } from './series.ts';
import { ValueCap } from './set-budget.ts';

/** What a structural span puts on its metrics: low-cardinality names, and how it failed. */
export interface SpanLabels {
  readonly names: readonly (readonly [attribute: string, value: string])[];
  readonly errorType: string | undefined;
}

/** Attribute objects of the metrics of agents, workflows and tools: made once, and bounded. */
export class SpanLabelCache {
  readonly #known = new Map<string, Attributes>();
  /** By the attribute whose values they bound. */
  readonly #caps = new Map<string, ValueCap>();
  readonly #maxSets: number;
  readonly #maxValues: number;

  /** Beyond `maxSets`, each team still gets two sets more. */
  constructor(maxSets: number, maxValues: number) {
    this.#maxSets = maxSets;
    this.#maxValues = maxValues;
  }

  /** The attributes; when there are too many different ones, nothing but team and failure. */
  attributes(set: DimensionSet, { names, errorType }: SpanLabels): Attributes {
    const capped = names.map(([name, value]) => [name, this.#admit(name, value)] as const);
    const key = `${set.key}\n${JSON.stringify(capped)}\n${errorType}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size < this.#maxSets) {
      return this.#add(key, { ...set.attributes, ...Object.fromEntries(capped) }, errorType);
    }
    const folded = errorType === undefined ? undefined : '_OTHER';
    const foldedKey = `${set.teamOnly.key}\n${folded}`;
    return this.#known.get(foldedKey) ?? this.#add(foldedKey, set.teamOnly.attributes, folded);
  }

  #add(key: string, attributes: Attributes, errorType: string | undefined): Attributes {
    const error: Attributes = errorType === undefined ? {} : { [ATTR_ERROR_TYPE]: errorType };
    const sorted = sortAttributes({ ...attributes, ...error });
    this.#known.set(key, sorted);
    return sorted;
  }

  #admit(attribute: string, value: string): string {
    let cap = this.#caps.get(attribute);
    if (cap === undefined) {
      cap = new ValueCap(this.#maxValues);
      this.#caps.set(attribute, cap);
    }
    return cap.admit(value);
  }
}
