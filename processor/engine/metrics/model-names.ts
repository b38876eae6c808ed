import { ValueCap } from './set-budget.ts';

/** Models named that no price book knows: anybody may ask for any. */
const MAX_UNKNOWN = 100;
/** Characters of such a name. */
const MAX_LENGTH = 128;

/** What models are called on metrics. */
export class ModelNames {
  readonly #isKnown: (provider: string, model: string) => boolean;
  readonly #unknown = new ValueCap(MAX_UNKNOWN);

  /** `isKnown`: whether the price book has the model, or somebody has named it in an overlay. */
  constructor(isKnown: (provider: string, model: string) => boolean) {
    this.#isKnown = isKnown;
  }

  /**
   * The name under which a price book knows the model, else its own: a model that nobody can name
   * can't be given a price. A bounded number of those, as they may be endless; then `other`.
   */
  nameOf(
    provider: string,
    requested: string | undefined,
    answered: string | undefined,
  ): string | undefined {
    if (requested !== undefined && this.#isKnown(provider, requested)) return requested;
    if (answered !== undefined && this.#isKnown(provider, answered)) return answered;
    const name = requested ?? answered;
    return name === undefined ? undefined : this.#unknown.admit(name.slice(0, MAX_LENGTH));
  }
}
