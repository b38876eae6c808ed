import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  type Attribution,
  type Attributes,
  ATTRIBUTION,
  type MetricDimension,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import { ModelNames } from './model-names.ts';
import { Series, sortAttributes, TOKEN_CLASSES } from './series.ts';
import { OTHER, SetBudget, UNASSIGNED, ValueCap } from './set-budget.ts';

export interface MetricBounds {
  readonly dimensions: readonly MetricDimension[];
  readonly maxValuesPerDimension: number;
  readonly maxSets: number;
}

/** What holds where nothing is configured. Below the 2,000 sets that OpenTelemetry's SDK keeps. */
export const DEFAULT_METRIC_BOUNDS: MetricBounds = {
  dimensions: ['team', 'workflow'],
  maxValuesPerDimension: 200,
  maxSets: 1_800,
};

/** Providers, operations and models named apart; far above what one process talks to. */
const MAX_PROVIDERS = 50;
const MAX_OPERATIONS = 20;
/** Raw combinations remembered in front of the table, before the memory is emptied. */
const MAX_REMEMBERED = 20_000;
/** Teams that may still turn up when room gets scarce. */
const TEAMS_IN_RESERVE = 32;
/** Share of the room that sets with all dimensions may fill, and that sets without workflow may. */
const FULL_SHARE = 0.75;
const TEAM_AND_MODEL_SHARE = 0.95;

/** Keys and attributes of a sum of tokens without a price, and where it goes past the bound. */
export interface UnpricedSet {
  readonly key: string;
  readonly attributes: () => Attributes;
  readonly overflowKey: string;
  readonly overflowAttributes: () => Attributes;
}

class SeriesQuery {
  provider = '';
  requestModel: string | undefined = undefined;
  responseModel: string | undefined = undefined;
  operation = '';
  tier: string | undefined = undefined;
  series: Series | undefined = undefined;
}

/** One combination of attribution values as metrics carry it. */
export class DimensionSet {
  readonly key: string;
  readonly attributes: Attributes;
  /** The same with nothing but the team kept; itself, if nothing else is named. */
  readonly teamOnly: DimensionSet;
  /** Series by raw provider, model, operation and tier. */
  readonly remembered: Map<string, Series> = new Map();
  /** When it was last emptied. */
  generation = 0;
  /** What was asked for last: mostly it is asked for again. */
  readonly last: SeriesQuery = new SeriesQuery();

  constructor(key: string, attributes: Attributes, teamOnly: DimensionSet | undefined) {
    this.key = key;
    this.attributes = sortAttributes(attributes);
    this.teamOnly = teamOnly ?? this;
  }
}

/**
 * All series, bounded twice: each dimension has its own cap, and so has their product. When the
 * product is full, workflow (and every dimension but the team) becomes `other`, then the model,
 * then provider and operation; the team never, so sums by team stay exact.
 */
export class SeriesTable {
  readonly all: Series[] = [];
  #bounds: MetricBounds;
  readonly #budget: SetBudget;
  readonly #models: ModelNames;
  readonly #caps: readonly ValueCap[];
  readonly #teamIndex: number;
  readonly #providers = new ValueCap(MAX_PROVIDERS);
  readonly #operations = new ValueCap(MAX_OPERATIONS);
  readonly #sets = new Map<string, DimensionSet>();
  readonly #series = new Map<string, Series>();
  /** Team-only sets that have their last-resort series. */
  readonly #floors = new Map<string, Series>();
  #teamsSeen = 0;
  #remembered = 0;
  #generation = 0;
  #ofScope = new WeakMap<AttributionScope, DimensionSet>();

  constructor(bounds: MetricBounds, knowsModel: (provider: string, model: string) => boolean) {
    this.#bounds = bounds;
    this.#budget = new SetBudget(bounds.maxSets);
    this.#models = new ModelNames(knowsModel);
    this.#caps = bounds.dimensions.map(() => new ValueCap(bounds.maxValuesPerDimension));
    this.#teamIndex = bounds.dimensions.indexOf('team');
  }

  /** Takes other bounds. The dimensions stay, whatever their order in `bounds`. */
  resize({ maxValuesPerDimension, maxSets }: MetricBounds): void {
    this.#bounds = { dimensions: this.#bounds.dimensions, maxValuesPerDimension, maxSets };
    this.#budget.max = maxSets;
    for (const cap of this.#caps) cap.max = maxValuesPerDimension;
    this.#ofScope = new WeakMap();
    this.#generation += 1;
  }

  dimensionsOf(scope: AttributionScope): DimensionSet {
    let set = this.#ofScope.get(scope);
    if (set === undefined) {
      set = this.dimensionsOfValues(scope.values);
      this.#ofScope.set(scope, set);
    }
    return set;
  }

  dimensionsOfValues(attribution: Attribution): DimensionSet {
    const values = this.#bounds.dimensions.map(
      (dimension, index) => this.#caps[index]?.admit(attribution[dimension]) ?? UNASSIGNED,
    );
    return this.#set(values);
  }

  /** The series of a call. A request model that has no price goes by the model that answered. */
  series(
    set: DimensionSet,
    provider: string,
    requestModel: string | undefined,
    responseModel: string | undefined,
    operation: string,
    tier: string | undefined,
  ): Series {
    const { last } = set;
    if (set.generation !== this.#generation) {
      set.remembered.clear();
      set.generation = this.#generation;
    } else if (
      last.series !== undefined &&
      last.requestModel === requestModel &&
      last.responseModel === responseModel &&
      last.provider === provider &&
      last.operation === operation &&
      last.tier === tier
    ) {
      return last.series;
    }
    const raw = `${provider}\n${requestModel}\n${responseModel}\n${operation}\n${tier}`;
    let series = set.remembered.get(raw);
    if (series === undefined) {
      series = this.#find(
        set,
        provider,
        this.#models.nameOf(provider, requestModel, responseModel),
        operation,
        tier,
      );
      set.remembered.set(raw, series);
      this.#remembered += 1;
      if (this.#remembered >= MAX_REMEMBERED) {
        this.#remembered = 0;
        this.#generation += 1;
      }
    }
    last.provider = provider;
    last.requestModel = requestModel;
    last.responseModel = responseModel;
    last.operation = operation;
    last.tier = tier;
    last.series = series;
    return series;
  }

  /**
   * What tokens without a price are counted under: the model's own name, whatever room there is for
   * series, as a model that nobody can name can't be given a price.
   */
  unpriced(
    set: DimensionSet,
    rawProvider: string,
    requested: string | undefined,
    answered: string | undefined,
    rawOperation: string,
  ): UnpricedSet {
    const provider = this.#providers.admit(rawProvider);
    const operation = this.#operations.admit(rawOperation);
    const model = this.#models.nameOf(rawProvider, requested, answered);
    const attributesOf = ({ attributes }: DimensionSet, ownOperation: string): Attributes => ({
      ...attributes,
      [ATTR_GEN_AI_PROVIDER_NAME]: provider,
      [ATTR_GEN_AI_OPERATION_NAME]: ownOperation,
      ...(model !== undefined && { [ATTR_GEN_AI_REQUEST_MODEL]: model }),
    });
    return {
      key: `${set.key}\n${provider}\n${model}\n${operation}`,
      attributes: () => attributesOf(set, operation),
      overflowKey: `${provider}\n${model}`,
      overflowAttributes: () => attributesOf(this.#otherTeam(), OTHER),
    };
  }

  #find(
    set: DimensionSet,
    rawProvider: string,
    model: string | undefined,
    rawOperation: string,
    tier: string | undefined,
  ): Series {
    const provider = this.#providers.admit(rawProvider);
    const operation = this.#operations.admit(rawOperation);
    const floor = (): Series => this.#floor(set.teamOnly);
    return (
      this.#within(FULL_SHARE, set, provider, model, operation, tier, floor) ??
      this.#within(TEAM_AND_MODEL_SHARE, set.teamOnly, provider, model, operation, tier, floor) ??
      this.#within(1, set.teamOnly, provider, OTHER, operation, undefined, floor) ??
      floor()
    );
  }

  /** The series, made if it is new and fits into `share` of the room. */
  #within(
    share: number,
    set: DimensionSet,
    provider: string,
    model: string | undefined,
    operation: string,
    tier: string | undefined,
    floor: () => Series,
  ): Series | undefined {
    const key = `${set.key}\n${provider}\n${model}\n${operation}\n${tier}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (
      this.#budget.used + TOKEN_CLASSES.length >
      share * (this.#bounds.maxSets - this.#reserved)
    ) {
      return undefined;
    }
    const series = this.#create(set, provider, model, operation, tier, floor);
    this.#series.set(key, series);
    return series;
  }

  /** Sets kept free, so that every team still finds room for one series of its own. */
  get #reserved(): number {
    const room = this.#teamIndex < 0 ? 0 : (this.#caps[this.#teamIndex]?.room ?? 0);
    const coming = Math.min(room, TEAMS_IN_RESERVE);
    const waiting = Math.max(0, this.#teamsSeen - this.#floors.size);
    const needed = (coming + waiting + 1) * TOKEN_CLASSES.length;
    return Math.min(needed, this.#bounds.maxSets / 2);
  }

  /** What is left of a team when there is room for nothing finer. */
  #floor(set: DimensionSet): Series {
    const known = this.#floors.get(set.key);
    if (known !== undefined) return known;
    const last = this.#otherTeam();
    const full = this.#budget.used + 2 * TOKEN_CLASSES.length > this.#bounds.maxSets;
    if (full && set !== last) return this.#floor(last);
    const fold = set === last ? undefined : (): Series => this.#floor(last);
    const series = this.#create(set, OTHER, OTHER, OTHER, undefined, fold);
    this.#floors.set(set.key, series);
    return series;
  }

  #create(
    set: DimensionSet,
    provider: string,
    model: string | undefined,
    operation: string,
    tier: string | undefined,
    fold: (() => Series) | undefined,
  ): Series {
    const attributes: Attributes = {
      ...set.attributes,
      [ATTR_GEN_AI_PROVIDER_NAME]: provider,
      [ATTR_GEN_AI_OPERATION_NAME]: operation,
    };
    if (model !== undefined) attributes[ATTR_GEN_AI_REQUEST_MODEL] = model;
    if (tier !== undefined) attributes[ATTR_COSTSPAN_MODEL_TIER] = tier;
    const series = new Series(attributes, this.#budget, fold);
    this.all.push(series);
    return series;
  }

  #set(values: readonly string[]): DimensionSet {
    const key = values.join('\n');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const teamOnlyValues = values.map((value, index) =>
      index === this.#teamIndex ? value : OTHER,
    );
    const isTeamOnly = teamOnlyValues.every((value, index) => value === values[index]);
    const teamOnly = isTeamOnly ? undefined : this.#set(teamOnlyValues);
    // Histograms of runs carry nothing but these sets, so they too must stay below the limit.
    const room = this.#bounds.maxSets - this.#teamRoom;
    if (teamOnly !== undefined && this.#sets.size >= room) return teamOnly;
    if (isTeamOnly) this.#teamsSeen += 1;
    const set = new DimensionSet(key, this.#attributes(values), teamOnly);
    this.#sets.set(key, set);
    return set;
  }

  get #teamRoom(): number {
    return this.#teamIndex < 0 ? 1 : (this.#caps[this.#teamIndex]?.room ?? 0) + 2;
  }

  #otherTeam(): DimensionSet {
    return this.#set(this.#bounds.dimensions.map(() => OTHER));
  }

  #attributes(values: readonly string[]): Attributes {
    const attributes: Attributes = {};
    this.#bounds.dimensions.forEach((dimension, index) => {
      attributes[ATTRIBUTION[dimension].attribute] = values[index] ?? UNASSIGNED;
    });
    return attributes;
  }
}
