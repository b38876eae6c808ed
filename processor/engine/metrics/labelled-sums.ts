import type { Attributes } from '../../../conventions/index.ts';
import type { Slot } from './series.ts';
import { sortAttributes } from './series.ts';

/** A counter with few attribute sets: a bounded number of sums, the rest under a catch-all. */
export class LabelledSums {
  readonly #slots = new Map<string, Slot>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Adds to the sum of `key`; a new one beyond the bound goes to `overflowKey` instead. */
  add(
    key: string,
    value: number,
    attributes: () => Attributes,
    overflowKey: string,
    overflowAttributes: () => Attributes,
  ): void {
    let slot = this.#slots.get(key);
    if (slot === undefined && this.#slots.size >= this.#max) {
      slot = this.#slots.get(overflowKey) ?? this.#create(overflowKey, overflowAttributes());
    }
    slot ??= this.#create(key, attributes());
    slot.value += value;
  }

  values(): Iterable<Slot> {
    return this.#slots.values();
  }

  #create(key: string, attributes: Attributes): Slot {
    const slot: Slot = { attributes: sortAttributes(attributes), value: 0 };
    this.#slots.set(key, slot);
    return slot;
  }
}
