import type { BillableUnit, TokenUsage } from '../../conventions/index.ts';
import type { ModelUsage } from './anthropic.ts';

/** What a call is billed for. `LlmCall` is one. */
export interface Billed {
  usage: TokenUsage | undefined;
  otherModelUsage: readonly ModelUsage[] | undefined;
  alsoBilled: readonly string[] | undefined;
}

/** A unit that tools of providers are counted in. */
export type HostedUnit = Extract<
  BillableUnit,
  'webSearches' | 'webSearchPreviews' | 'mapSearches' | 'fileSearches' | 'codeExecutions' | 'images'
>;

/** More kinds of tools than one answer uses; a wrong server must not fill a span. */
const MOST_WORDS = 12;

/**
 * What the tools that a provider ran for an answer come to beside the tokens of its model: what is
 * counted, what other models used, and the names of what is billed without a count.
 */
export class HostedUse {
  readonly counts: Partial<Record<HostedUnit, number>> = {};
  readonly models: ModelUsage[] = [];
  readonly #words = new Set<string>();
  /** Words that it has put on its call so far. */
  #told: readonly string[] = [];

  count(unit: HostedUnit, times = 1): void {
    this.counts[unit] = (this.counts[unit] ?? 0) + times;
  }

  /** The provider's own count, which goes before ours. */
  state(unit: HostedUnit, times: number): void {
    this.counts[unit] = times;
  }

  /** A tool whose price the answer does not tell, by any spelling of its name. */
  name(tool: string): void {
    const word = tool
      .replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^[_0-9]+|_+$/g, '')
      .slice(0, 40);
    if (word !== '' && this.#words.size < MOST_WORDS) this.#words.add(word);
  }

  get isEmpty(): boolean {
    return (
      this.#words.size + this.models.length === 0 &&
      Object.values(this.counts).every((times) => times === 0)
    );
  }

  /** Adds all of it to what `billed` has; the same again changes nothing. */
  putOn(billed: Billed): void {
    const words = [...this.#words];
    for (const [unit, times] of Object.entries(this.counts) as [HostedUnit, number][]) {
      if (times === 0) continue;
      // Without the tokens of the call its count would pass for all of its usage.
      if (billed.usage === undefined) words.push(NAME_OF_UNIT[unit]);
      else billed.usage[unit] = times;
    }
    if (this.models.length > 0) billed.otherModelUsage = this.models;
    if (words.length + this.#told.length === 0) return;
    const others = (billed.alsoBilled ?? []).filter((word) => !this.#told.includes(word));
    const all = new Set([...others, ...words]);
    billed.alsoBilled = all.size === 0 ? undefined : [...all].toSorted();
    this.#told = words;
  }
}

const NAME_OF_UNIT: Readonly<Record<HostedUnit, string>> = {
  webSearches: 'web_search',
  webSearchPreviews: 'web_search',
  mapSearches: 'map_search',
  fileSearches: 'file_search',
  codeExecutions: 'code_execution',
  images: 'image_generation',
};
