import type { Attributes } from '@opentelemetry/api';
import { sortAttributes } from './series.ts';

/** Attribute objects of one histogram, made once and bounded. */
export class AttributeCache {
  readonly #known = new Map<string, Attributes>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** The attributes of `key`; beyond the bound those of the coarser `fallbackKey`. */
  get(
    key: string,
    attributes: () => Attributes,
    fallbackKey: string,
    fallback: () => Attributes,
  ): Attributes {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size < this.#max) return this.#add(key, attributes());
    return this.#known.get(fallbackKey) ?? this.#add(fallbackKey, fallback());
  }

  #add(key: string, attributes: Attributes): Attributes {
    const sorted = sortAttributes(attributes);
    this.#known.set(key, sorted);
    return sorted;
  }
}
