import {
  addUsage,
  type Attributes,
  type BookedAnswer,
  type CallCost,
  type CallPrice,
  LlmCall,
  OPERATION_FETCH_BATCH,
  type PriceState,
  type TokenUsage,
} from '../../../conventions/index.ts';

const NANOS = [
  'totalNanos',
  'inputNanos',
  'cacheReadNanos',
  'cacheWriteNanos',
  'outputNanos',
  'reasoningNanos',
  'toolsNanos',
  'unsplitNanos',
] as const satisfies readonly (keyof CallCost)[];

/** What the answers of one reading came to, those left out that had been booked before. */
export class ReadingTotals {
  /** All that were read. */
  answers = 0;
  /** Those that had not been booked before. */
  booked = 0;
  /** Whose they are, as the attributes of a span. */
  attribution: Attributes | undefined = undefined;
  readonly #cost: Record<(typeof NANOS)[number], number> = {
    totalNanos: 0,
    inputNanos: 0,
    cacheReadNanos: 0,
    cacheWriteNanos: 0,
    outputNanos: 0,
    reasoningNanos: 0,
    toolsNanos: 0,
    unsplitNanos: 0,
  };
  readonly #states = new Set<PriceState>();
  readonly #missing = new Set<string>();
  readonly #models = new Set<string>();
  #usage: TokenUsage | undefined;
  #isEstimated = false;
  #first: CallPrice | undefined;
  #source: CallCost['source'] = 'local';

  add({ usage, usageSource, responseModel, requestModel }: LlmCall, booked: BookedAnswer): void {
    const { price, attribution } = booked;
    this.booked += 1;
    this.attribution ??= attribution;
    this.#first ??= price;
    this.#states.add(price.state);
    for (const word of price.missing ?? []) this.#missing.add(word);
    const { cost } = price;
    if (cost !== undefined) {
      for (const part of NANOS) this.#cost[part] += cost[part];
      if (cost.source === 'provider') this.#source = 'provider';
    }
    const model = responseModel ?? requestModel;
    if (model !== undefined && this.#models.size < 2) this.#models.add(model);
    if (usage !== undefined) this.#usage = addUsage(this.#usage ?? {}, usage);
    if (usageSource === 'estimated') this.#isEstimated = true;
  }

  /** All of them as if they were one call. */
  get sum(): LlmCall {
    const sum = new LlmCall(OPERATION_FETCH_BATCH, '');
    const [model] = this.#models;
    if (this.#models.size === 1) sum.responseModel = model;
    sum.usage = this.#usage;
    sum.usageSource = this.#isEstimated ? 'estimated' : 'provider';
    return sum;
  }

  /** Their price together; `undefined` where none was booked by this reading. */
  get price(): CallPrice | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    const state = this.#state();
    return {
      state,
      cost: state === 'unpriced' ? undefined : { ...this.#cost, source: this.#source },
      missing: state === 'partial' ? this.#left() : undefined,
      book: first.book,
      match: this.#models.size === 1 ? first.match : undefined,
      tier: first.tier,
      modelTier: this.#models.size === 1 ? first.modelTier : undefined,
    };
  }

  #state(): PriceState {
    const states = this.#states;
    if (states.size === 1) return [...states][0]!;
    return states.has('unpriced') || states.has('partial') ? 'partial' : 'priced';
  }

  #left(): readonly string[] {
    const words = new Set(this.#missing);
    if (this.#states.has('unpriced')) words.add('answers');
    return [...words].sort();
  }
}
