import {
  ATTR_COSTSPAN_BACKGROUND_STATE,
  ATTR_COSTSPAN_COMPONENT,
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_SERVER_ADDRESS,
  type Attribution,
  type CallPrice,
  inputTokensOf,
  type LlmCall,
  METRIC_COSTSPAN_AGENT_ALERTS,
  METRIC_COSTSPAN_AGENT_STOPS,
  METRIC_COSTSPAN_BACKGROUND_RESPONSES,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
  METRIC_COSTSPAN_RUN_COST_USD,
  METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
  METRIC_COSTSPAN_RUN_TOKENS,
  METRIC_COSTSPAN_RUN_TOOL_CALLS,
  METRIC_COSTSPAN_UNMETERED_REQUESTS,
  METRIC_COSTSPAN_UNPRICED_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
  METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
  METRIC_GEN_AI_CLIENT_OPERATION_COST,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_DURATION,
  METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
  METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS,
  type MetricName,
  OPERATION_FETCH_RESPONSE,
  outputTokensOf,
  type TokenUsage,
  type Attributes,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../attribution/attribution-scope.ts';
import type { MetricSink, Observe, Observer } from './metric-sink.ts';
import { LabelledSums } from './labelled-sums.ts';
import { addInferenceUsage } from './modalities.ts';
import { usdOfNanos } from './money.ts';
import { observeSeries } from './observe-series.ts';
import { isDuration } from './plausible.ts';
import { type DimensionSet, type MetricBounds, SeriesTable } from './series-table.ts';
import { OTHER, ValueCap } from './set-budget.ts';
import { SpanLabelCache, type SpanLabels } from './span-labels.ts';
import { addClasses } from './token-classes.ts';

/** Share of the sets for those with names of their own; the rest is for each team's catch-all. */
const NAMED_SHARE = 0.6;
/** Components that internal errors are told apart by. */
const MAX_COMPONENTS = 100;

export interface CallMetricsOptions extends MetricBounds {
  readonly knowsModel: (provider: string, model: string) => boolean;
  /** Age of the price book, in seconds; `undefined` while there is none. */
  readonly priceBookAgeSeconds: () => number | undefined;
  /** Makes the place where metrics go, which asks for everything that is not recorded there. */
  readonly connect: (observer: Observer) => MetricSink;
  /** Runs before every collection. */
  readonly beforeCollection: () => void;
  /** Hands over figures that other parts keep. */
  readonly observeMore?: ((observe: Observe) => void) | undefined;
}

/** What a run that is over has used. */
export interface RunSummary {
  readonly scope: AttributionScope;
  /** `undefined` when no call of it had a price. */
  readonly costNanos: number | undefined;
  readonly inferenceCalls: number;
  readonly toolCalls: number;
  readonly tokens: number;
}

/** What became of a response that the provider works on in the background. */
export type BackgroundState = 'begun' | 'booked' | 'unbilled' | 'unread' | 'unknown';

/** A business outcome, as far as metrics carry it. */
export interface OutcomeCount {
  readonly values: Attribution;
  readonly name: string;
  readonly status: string;
  readonly quantity: number;
  readonly valueUsd: number | undefined;
}

/**
 * Owns every metric of the processor. Counters are sums of our own that the SDK reads at
 * collection, because adding to a number takes nanoseconds and the SDK's `add` a microsecond, and
 * histograms are recorded into the sink.
 */
export class CallMetrics {
  readonly #options: CallMetricsOptions;
  readonly #sink: MetricSink;
  readonly #outcomes: LabelledSums;
  readonly #unmetered: LabelledSums;
  readonly #unpriced: LabelledSums;
  readonly #background: LabelledSums;
  readonly #outcomeValues: LabelledSums;
  readonly #agentStops: LabelledSums;
  readonly #agentAlerts: LabelledSums;
  readonly #internalErrors: LabelledSums = new LabelledSums(MAX_COMPONENTS);
  readonly #spanLabels: SpanLabelCache;
  readonly #outcomeNames: ValueCap;
  #callsUncollected = 0;
  #table: SeriesTable;
  /** By their dimensions; those of earlier configurations stay, as a counter must not go back. */
  readonly #tables = new Map<string, SeriesTable>();

  constructor(options: CallMetricsOptions) {
    this.#options = options;
    this.#table = this.#tableOf(options);
    const { maxSets, maxValuesPerDimension } = options;
    this.#outcomes = new LabelledSums(maxSets * NAMED_SHARE);
    this.#unmetered = new LabelledSums(maxSets * NAMED_SHARE);
    this.#unpriced = new LabelledSums(maxSets * NAMED_SHARE);
    this.#background = new LabelledSums(maxSets * NAMED_SHARE);
    this.#outcomeValues = new LabelledSums(maxSets * NAMED_SHARE);
    this.#agentStops = new LabelledSums(maxSets * NAMED_SHARE);
    this.#agentAlerts = new LabelledSums(maxSets * NAMED_SHARE);
    this.#outcomeNames = new ValueCap(maxValuesPerDimension);
    this.#spanLabels = new SpanLabelCache(maxSets * NAMED_SHARE, maxValuesPerDimension);
    this.#sink = options.connect((observe) => {
      this.#callsUncollected = 0;
      this.read(observe);
    });
  }

  /** Takes other dimensions or bounds; what was counted under the old ones stays. */
  configure(bounds: MetricBounds): void {
    this.#table = this.#tableOf(bounds);
    this.#table.resize(bounds);
  }

  /** Attribute sets of calls, for tests and the doctor. */
  get seriesCount(): number {
    return this.#table.all.length;
  }

  /** Calls that no metric reader has asked for since they were counted. */
  get callsUncollected(): number {
    return this.#callsUncollected;
  }

  /** Creates the instruments if a provider is there by now. */
  refresh(): void {
    this.#sink.refresh();
  }

  /** A call is over and counts. `usage` and the cost in `price` are sane numbers. */
  callEnded(
    call: LlmCall,
    scope: AttributionScope,
    usage: TokenUsage | undefined,
    price: CallPrice,
    isInference: boolean,
  ): void {
    const sink = this.#sink;
    sink.counted();
    this.#callsUncollected += 1;
    const table = this.#table;
    const { provider, requestModel, responseModel, operation } = call;
    const series = table.series(
      table.dimensionsOf(scope),
      provider,
      requestModel,
      responseModel,
      operation,
      price.modelTier,
    );
    const source = usage === undefined ? undefined : (call.usageSource ?? 'provider');
    // Asking for a stored response is no call.
    const isPoll = call.operation === OPERATION_FETCH_RESPONSE;
    if (!isPoll) series.addCall(call.outcome, price.state, source);
    if (call.retries > 0) series.retries += call.retries;
    addClasses(series, usage, price.cost);
    if (call.outcome === 'blocked') return;

    const attributes = series.attributesFor(call.errorType);
    const seconds = (call.endTimeMs - call.startTimeMs) / 1000;
    if (isInference) addInferenceUsage(series, usage);
    if (call.isBatchAnswer) {
      // Nobody waited for it: what passed between its request and its reading says nothing.
    } else if (isDuration(seconds)) {
      const name = isInference
        ? METRIC_GEN_AI_CLIENT_INFERENCE_DURATION
        : METRIC_GEN_AI_CLIENT_OPERATION_DURATION;
      sink.record(name, seconds, attributes);
    } else {
      this.internalError('duration');
    }
    if (usage !== undefined) {
      const input = inputTokensOf(usage);
      const output = outputTokensOf(usage);
      if (price.state === 'unpriced') this.#addUnpriced(call, scope, (input ?? 0) + (output ?? 0));
      if (isInference && input !== undefined) {
        const name = METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS;
        sink.record(name, input, attributes);
      }
      if (isInference && output !== undefined) {
        const name = METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS;
        sink.record(name, output, attributes);
      }
    }
    if (price.cost !== undefined) {
      const { totalNanos, source: costSource } = price.cost;
      const costAttributes = series.costAttributes(costSource);
      sink.record(METRIC_GEN_AI_CLIENT_OPERATION_COST, usdOfNanos(totalNanos), costAttributes);
    }
    if (isInference && call.stream) this.#streamEnded(call, series.attributes, seconds);
  }

  /** What a call that was counted before turns out to have used and cost. */
  lateBooked(call: LlmCall, scope: AttributionScope, price: CallPrice): void {
    const sink = this.#sink;
    sink.counted();
    const { provider, requestModel, responseModel, operation, usage } = call;
    const table = this.#table;
    const set = table.dimensionsOf(scope);
    const series = table.series(
      set,
      provider,
      requestModel,
      responseModel,
      operation,
      price.modelTier,
    );
    addClasses(series, usage, price.cost);
    if (usage !== undefined && price.state === 'unpriced') {
      this.#addUnpriced(call, scope, (inputTokensOf(usage) ?? 0) + (outputTokensOf(usage) ?? 0));
    }
    if (price.cost === undefined) return;
    const { totalNanos, source } = price.cost;
    const attributes = series.costAttributes(source);
    sink.record(METRIC_GEN_AI_CLIENT_OPERATION_COST, usdOfNanos(totalNanos), attributes);
  }

  /** A response that the provider works on in the background was begun, or somebody saw it over. */
  backgroundResponse(state: BackgroundState, scope: AttributionScope): void {
    this.#sink.counted();
    const set = this.#table.dimensionsOf(scope);
    this.#background.add(
      `${set.key}\n${state}`,
      1,
      () => ({ ...set.attributes, [ATTR_COSTSPAN_BACKGROUND_STATE]: state }),
      `${set.teamOnly.key}\n${state}`,
      () => ({ ...set.teamOnly.attributes, [ATTR_COSTSPAN_BACKGROUND_STATE]: state }),
    );
  }

  #addUnpriced(call: LlmCall, scope: AttributionScope, tokens: number): void {
    if (tokens === 0) return;
    const { provider, requestModel, responseModel, operation } = call;
    const table = this.#table;
    const set = table.dimensionsOf(scope);
    const of = table.unpriced(set, provider, requestModel, responseModel, operation);
    this.#unpriced.add(of.key, tokens, of.attributes, of.overflowKey, of.overflowAttributes);
  }

  /**
   * Pace is one recording a stream, the mean gap between its chunks: one a chunk would cost a
   * microsecond for each of hundreds.
   */
  #streamEnded(call: LlmCall, attributes: Attributes, seconds: number): void {
    const first = call.timeToFirstChunkSeconds;
    if (!isDuration(first)) return;
    const name = METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK;
    this.#sink.record(name, first, attributes);
    const pace = (seconds - first) / (call.chunks - 1);
    if (call.chunks > 1 && isDuration(pace)) {
      const paceName = METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK;
      this.#sink.record(paceName, pace, attributes);
    }
  }

  runEnded(run: RunSummary): void {
    const sink = this.#sink;
    sink.counted();
    const { attributes } = this.#table.dimensionsOf(run.scope);
    if (run.costNanos !== undefined) {
      sink.record(METRIC_COSTSPAN_RUN_COST_USD, usdOfNanos(run.costNanos), attributes);
    }
    sink.record(METRIC_COSTSPAN_RUN_INFERENCE_CALLS, run.inferenceCalls, attributes);
    sink.record(METRIC_COSTSPAN_RUN_TOOL_CALLS, run.toolCalls, attributes);
    sink.record(METRIC_COSTSPAN_RUN_TOKENS, run.tokens, attributes);
  }

  /** `own`: attributes of the span that the conventions put on its metrics. */
  agentEnded(
    scope: AttributionScope,
    own: SpanLabels,
    seconds: number,
    inferenceCalls: number,
    toolCalls: number,
  ): void {
    this.spanEnded(METRIC_GEN_AI_INVOKE_AGENT_DURATION, scope, own, seconds);
    const attributes = this.#labelled(scope, { names: own.names, errorType: undefined });
    const sink = this.#sink;
    sink.record(METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS, inferenceCalls, attributes);
    sink.record(METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS, toolCalls, attributes);
  }

  /** An agent, workflow or tool span is over; `name` is the histogram of its duration. */
  spanEnded(name: MetricName, scope: AttributionScope, own: SpanLabels, seconds: number): void {
    this.#sink.counted();
    if (isDuration(seconds)) this.#sink.record(name, seconds, this.#labelled(scope, own));
  }

  outcome({ values, name, status, quantity, valueUsd }: OutcomeCount): void {
    this.#sink.counted();
    const set = this.#table.dimensionsOfValues(values);
    const capped = this.#outcomeNames.admit(name);
    const attributes = (dimensions: DimensionSet, label: string): Attributes => ({
      ...dimensions.attributes,
      [ATTR_COSTSPAN_OUTCOME_NAME]: label,
      [ATTR_COSTSPAN_OUTCOME_STATUS]: status,
    });
    const add = (sums: LabelledSums, value: number): void => {
      sums.add(
        `${set.key}\n${capped}\n${status}`,
        value,
        () => attributes(set, capped),
        `${set.teamOnly.key}\n${OTHER}\n${status}`,
        () => attributes(set.teamOnly, OTHER),
      );
    };
    add(this.#outcomes, quantity);
    if (valueUsd !== undefined) add(this.#outcomeValues, valueUsd);
  }

  /** A request to `host` that nobody saw, made for `values`. */
  unmeteredRequest(values: Attribution, host: string): void {
    this.#sink.counted();
    const set = this.#table.dimensionsOfValues(values);
    this.#unmetered.add(
      `${set.key}\n${host}`,
      1,
      () => ({ ...set.attributes, [ATTR_SERVER_ADDRESS]: host }),
      `${set.teamOnly.key}\n${OTHER}`,
      () => ({ ...set.teamOnly.attributes, [ATTR_SERVER_ADDRESS]: OTHER }),
    );
  }

  /** A limit stopped a run, or a run does something unusual. `limit` is one of few. */
  agentLimit(kind: 'stop' | 'alert', limit: string, scope: AttributionScope): void {
    this.#sink.counted();
    const set = this.#table.dimensionsOf(scope);
    const sums = kind === 'stop' ? this.#agentStops : this.#agentAlerts;
    sums.add(
      `${set.key}\n${limit}`,
      1,
      () => ({ ...set.attributes, [ATTR_COSTSPAN_LIMIT]: limit }),
      `${set.teamOnly.key}\n${limit}`,
      () => ({ ...set.teamOnly.attributes, [ATTR_COSTSPAN_LIMIT]: limit }),
    );
  }

  /** A guarded failure of our own. */
  internalError(component: string): void {
    this.#sink.counted();
    this.#internalErrors.add(
      component,
      1,
      () => ({ [ATTR_COSTSPAN_COMPONENT]: component }),
      OTHER,
      () => ({ [ATTR_COSTSPAN_COMPONENT]: OTHER }),
    );
  }

  /** Lets go of the meter provider. */
  close(): void {
    this.#sink.close();
  }

  #labelled(scope: AttributionScope, labels: SpanLabels): Attributes {
    return this.#spanLabels.attributes(this.#table.dimensionsOf(scope), labels);
  }

  #tableOf(bounds: MetricBounds): SeriesTable {
    const key = bounds.dimensions.toSorted().join();
    let table = this.#tables.get(key);
    if (table === undefined) {
      table = new SeriesTable(bounds, this.#options.knowsModel);
      this.#tables.set(key, table);
    }
    return table;
  }

  /** Hands over every sum, as a collection does. */
  read(observe: Observe): void {
    this.#options.beforeCollection();
    for (const table of this.#tables.values()) {
      for (const series of table.all) observeSeries(series, observe);
    }
    for (const { value, attributes } of this.#outcomes.values()) {
      observe(METRIC_COSTSPAN_OUTCOMES, value, attributes);
    }
    for (const { value, attributes } of this.#outcomeValues.values()) {
      observe(METRIC_COSTSPAN_OUTCOME_VALUE_USD, value, attributes);
    }
    for (const { value, attributes } of this.#agentStops.values()) {
      observe(METRIC_COSTSPAN_AGENT_STOPS, value, attributes);
    }
    for (const { value, attributes } of this.#agentAlerts.values()) {
      observe(METRIC_COSTSPAN_AGENT_ALERTS, value, attributes);
    }
    for (const { value, attributes } of this.#unpriced.values()) {
      observe(METRIC_COSTSPAN_UNPRICED_TOKENS, value, attributes);
    }
    for (const { value, attributes } of this.#background.values()) {
      observe(METRIC_COSTSPAN_BACKGROUND_RESPONSES, value, attributes);
    }
    for (const { value, attributes } of this.#unmetered.values()) {
      observe(METRIC_COSTSPAN_UNMETERED_REQUESTS, value, attributes);
    }
    for (const { value, attributes } of this.#internalErrors.values()) {
      observe(METRIC_COSTSPAN_INTERNAL_ERRORS, value, attributes);
    }
    this.#options.observeMore?.(observe);
    const age = this.#options.priceBookAgeSeconds();
    if (age !== undefined) observe(METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS, age, {});
  }
}
