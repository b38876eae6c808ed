import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_TOKEN_CLASS,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_TOKEN_MODALITY,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_USAGE_COST_SOURCE,
  COSTSPAN_CALL_OUTCOME_VALUE_ABORTED,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_CALL_OUTCOME_VALUE_OK,
  COSTSPAN_PRICE_STATE_VALUE_FREE,
  COSTSPAN_PRICE_STATE_VALUE_PARTIAL,
  COSTSPAN_PRICE_STATE_VALUE_PRICED,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_OUTPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_REASONING,
  COSTSPAN_TOKEN_CLASS_VALUE_TOOLS,
  COSTSPAN_TOKEN_CLASS_VALUE_UNSPLIT,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
  COSTSPAN_USAGE_SOURCE_VALUE_PROVIDER,
  type CallOutcome,
  type CostSource,
  GEN_AI_TOKEN_MODALITY_VALUE_AUDIO,
  GEN_AI_TOKEN_MODALITY_VALUE_IMAGE,
  GEN_AI_TOKEN_MODALITY_VALUE_TEXT,
  GEN_AI_TOKEN_MODALITY_VALUE_UNKNOWN,
  type PriceState,
  type UsageSource,
  type Attributes,
} from '../../../conventions/index.ts';
import { CALL_SETS, CLASS_SETS, ERROR_SETS, MODALITY_SETS, type SetBudget } from './set-budget.ts';

/** `costspan.token.class`, by index. */
export const TOKEN_CLASSES: readonly string[] = [
  COSTSPAN_TOKEN_CLASS_VALUE_INPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ,
  COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE,
  COSTSPAN_TOKEN_CLASS_VALUE_OUTPUT,
  COSTSPAN_TOKEN_CLASS_VALUE_REASONING,
  COSTSPAN_TOKEN_CLASS_VALUE_TOOLS,
  COSTSPAN_TOKEN_CLASS_VALUE_UNSPLIT,
];

const OUTCOMES: readonly CallOutcome[] = [
  COSTSPAN_CALL_OUTCOME_VALUE_OK,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  COSTSPAN_CALL_OUTCOME_VALUE_ABORTED,
  COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED,
];
const STATES: readonly PriceState[] = [
  COSTSPAN_PRICE_STATE_VALUE_PRICED,
  COSTSPAN_PRICE_STATE_VALUE_PARTIAL,
  COSTSPAN_PRICE_STATE_VALUE_FREE,
  COSTSPAN_PRICE_STATE_VALUE_UNPRICED,
];
/** The last one: no usage at all, so the attribute is absent. */
const SOURCES: readonly (UsageSource | undefined)[] = [
  COSTSPAN_USAGE_SOURCE_VALUE_PROVIDER,
  COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED,
  undefined,
];

/** `gen_ai.token.modality`, by index. */
const MODALITIES: readonly string[] = [
  GEN_AI_TOKEN_MODALITY_VALUE_UNKNOWN,
  GEN_AI_TOKEN_MODALITY_VALUE_TEXT,
  GEN_AI_TOKEN_MODALITY_VALUE_AUDIO,
  GEN_AI_TOKEN_MODALITY_VALUE_IMAGE,
];

/** The `gen_ai.client.inference.usage.*` counters, by index. */
export const USAGE_INPUT = 0;
export const USAGE_OUTPUT = 1;
export const USAGE_CACHE_READ = 2;
export const USAGE_CACHE_WRITE = 3;
export const USAGE_REASONING = 4;
export const USAGE_COUNTERS = 5;

/** Distinct `error.type` values on the metrics of one series; further ones are `_OTHER`. */
const MAX_ERROR_TYPES = 10;
/** Share of the sets of a histogram that errors may fill. */
const ERROR_SHARE = 0.5;
const OTHER_ERROR = '_OTHER';

/**
 * One accumulated number with the attributes it is exported under. The attribute objects are made
 * once and handed to the SDK again and again.
 */
export interface Slot {
  readonly attributes: Attributes;
  value: number;
}

/** Both counters of a token class share its attributes. */
export interface ClassSlot {
  readonly attributes: Attributes;
  costNanos: number;
  tokens: number;
  hasCost: boolean;
  hasTokens: boolean;
}

/**
 * Everything accumulated for one attribution, provider, model and operation. Adding is a few
 * additions on plain numbers: money in whole nano-USD, exact up to 9 million USD a class.
 */
export class Series {
  /** Dimensions, provider, request model, operation, model tier. */
  readonly attributes: Attributes;
  /** Where a set goes that there is no room for; `undefined` for the last resort itself. */
  readonly #fold: (() => Series) | undefined;
  readonly #budget: SetBudget;

  readonly classes: (ClassSlot | undefined)[] = Array.from({ length: TOKEN_CLASSES.length });
  readonly calls: (Slot | undefined)[] = Array.from({
    length: OUTCOMES.length * STATES.length * SOURCES.length,
  });
  /** By modality, then by counter; `undefined` where nothing was reported. */
  readonly usage: (Slot | undefined)[] = Array.from({ length: MODALITIES.length * USAGE_COUNTERS });
  retries = 0;

  readonly #errors = new Map<string, Attributes>();
  readonly #modalities: (Attributes | undefined)[] = Array.from({ length: MODALITIES.length });
  #providerCost: Attributes | undefined;
  #localCost: Attributes | undefined;

  constructor(attributes: Attributes, budget: SetBudget, fold: (() => Series) | undefined) {
    this.attributes = sortAttributes(attributes);
    this.#budget = budget;
    this.#fold = fold;
    // The set that histograms without an error use.
    budget.claim(ERROR_SETS);
  }

  /** Adds to a token class. `nanos` is `undefined` where the call has no price. */
  addClass(index: number, tokens: number, nanos: number | undefined): void {
    let slot = this.classes[index];
    if (slot === undefined) {
      if (!this.#claim(CLASS_SETS)) {
        this.#fold?.().addClass(index, tokens, nanos);
        return;
      }
      slot = {
        attributes: this.#with(ATTR_COSTSPAN_TOKEN_CLASS, TOKEN_CLASSES[index]),
        costNanos: 0,
        tokens: 0,
        hasCost: false,
        hasTokens: false,
      };
      this.classes[index] = slot;
    }
    if (tokens > 0) {
      slot.tokens += tokens;
      slot.hasTokens = true;
    }
    if (nanos !== undefined) {
      slot.costNanos += nanos;
      slot.hasCost = true;
    }
  }

  addCall(outcome: CallOutcome, state: PriceState, source: UsageSource | undefined): void {
    const index =
      (OUTCOMES.indexOf(outcome) * STATES.length + STATES.indexOf(state)) * SOURCES.length +
      SOURCES.indexOf(source);
    let slot = this.calls[index];
    if (slot === undefined) {
      if (!this.#claim(CALL_SETS)) {
        this.#fold?.().addCall(outcome, state, source);
        return;
      }
      const attributes: Attributes = {
        ...this.attributes,
        [ATTR_COSTSPAN_CALL_OUTCOME]: outcome,
        [ATTR_COSTSPAN_PRICE_STATE]: state,
      };
      if (source !== undefined) attributes[ATTR_COSTSPAN_USAGE_SOURCE] = source;
      slot = { attributes: sortAttributes(attributes), value: 0 };
      this.calls[index] = slot;
    }
    slot.value += 1;
  }

  addUsage(counter: number, modality: number, tokens: number): void {
    const index = modality * USAGE_COUNTERS + counter;
    let slot = this.usage[index];
    if (slot === undefined) {
      let attributes = this.#modalities[modality];
      if (attributes === undefined) {
        if (!this.#claim(MODALITY_SETS)) {
          this.#fold?.().addUsage(counter, modality, tokens);
          return;
        }
        attributes = this.#with(ATTR_GEN_AI_TOKEN_MODALITY, MODALITIES[modality]);
        this.#modalities[modality] = attributes;
      }
      slot = { attributes, value: 0 };
      this.usage[index] = slot;
    }
    slot.value += tokens;
  }

  /** For histograms that carry `error.type`. */
  attributesFor(errorType: string | undefined): Attributes {
    if (errorType === undefined) return this.attributes;
    const known = this.#errors.get(errorType);
    if (known !== undefined) return known;
    // A flood of errors must leave room for the series of others.
    const hasRoom =
      this.#errors.size < MAX_ERROR_TYPES && this.#budget.claim(ERROR_SETS, ERROR_SHARE);
    if (!hasRoom && errorType !== OTHER_ERROR) return this.attributesFor(OTHER_ERROR);
    const attributes = this.#with(ATTR_ERROR_TYPE, errorType);
    this.#errors.set(errorType, attributes);
    return attributes;
  }

  /** For the histogram of costs. */
  costAttributes(source: CostSource): Attributes {
    if (source === 'provider') return (this.#providerCost ??= this.#cost(source));
    return (this.#localCost ??= this.#cost(source));
  }

  #cost(source: CostSource): Attributes {
    return sortAttributes({
      ...this.attributes,
      [ATTR_GEN_AI_USAGE_COST_CURRENCY]: 'USD',
      [ATTR_GEN_AI_USAGE_COST_SOURCE]: source,
    });
  }

  #with(key: string, value: string | undefined): Attributes {
    return sortAttributes({ ...this.attributes, ...(value !== undefined && { [key]: value }) });
  }

  /** The last resort always has room: there is one of it, with few sets. */
  #claim(group: 0 | 1 | 2 | 3): boolean {
    return this.#budget.claim(group) || this.#fold === undefined;
  }
}

/** The SDK sorts the keys at every recording; sorting sorted keys is quick. */
export function sortAttributes(attributes: Attributes): Attributes {
  const sorted: Attributes = {};
  for (const key of Object.keys(attributes).toSorted()) sorted[key] = attributes[key];
  return sorted;
}
