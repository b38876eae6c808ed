import type { Attributes } from '../../conventions/index.ts';
import { describeError } from '../../conventions/error-text.ts';
import { SpanScopes, attributionIn } from './attribution/span-scopes.ts';
import type { CallResult, CostspanEngine, EngineSettings } from './create-engine.ts';
import { Engine } from './engine.ts';
import type { Place } from './loops/place.ts';
import { RecentMap } from './loops/recent-map.ts';
import { TraceMemory } from './loops/trace-memory.ts';
import type { SpanNode } from './loops/span-node.ts';
import { PlainMetrics } from './metrics/plain-metrics.ts';
import { DEFAULT_METRIC_BOUNDS } from './metrics/series-table.ts';
import type { EndedSpan } from './normalise/foreign-call.ts';
import { createPricer } from './pricing/index.ts';
import { readOverlay } from './pricing/read-overlay.ts';
import { inOrder } from './span-order.ts';
import { endedSpanOf, llmCallOf } from './read-input.ts';
import { HostBooks } from './host-books.ts';
import type { MetricPoint, SpanResult, InputCall, InputSpan } from './host-data.ts';

/** Answers remembered for spans that are sent again. */
const REMEMBERED_ANSWERS = 20_000;

/** Kinds of spans that begin a service's part of a trace, as OTLP numbers them. */
const SERVER = 2;
const CONSUMER = 5;

/** A span whose end is still to come in the same piece. */
interface Started {
  readonly node: SpanNode;
  readonly span: EndedSpan;
}

/** The engine of a host that hands over ended spans and calls as plain data. */
export class HostedEngine implements CostspanEngine {
  readonly #engine: Engine;
  readonly #scopes: SpanScopes;
  readonly #books: HostBooks;
  readonly #traces = new TraceMemory();
  readonly #answers = new RecentMap<SpanResult>(REMEMBERED_ANSWERS);
  readonly #calls = new RecentMap<CallResult>(REMEMBERED_ANSWERS);
  #metrics: PlainMetrics | undefined;

  /** @throws OverlayError with one sentence, when the overlay has a mistake. */
  constructor(settings: EngineSettings) {
    const { attribution = {}, metrics = {}, overlay, onProblem, now = Date.now } = settings;
    const { dimensions = DEFAULT_METRIC_BOUNDS.dimensions } = metrics;
    const { maxValuesPerDimension = DEFAULT_METRIC_BOUNDS.maxValuesPerDimension } = metrics;
    const { maxSets = DEFAULT_METRIC_BOUNDS.maxSets } = metrics;
    this.#scopes = new SpanScopes({
      defaults: attribution.defaults ?? {},
      environment: {},
      required: attribution.required ?? [],
      mode: 'warn',
      believed: new Set(),
      dimensions,
    });
    this.#books = new HostBooks(settings, (error) => {
      this.#engine.failed('host-listener', error);
    });
    this.#engine = new Engine({
      pricer: createPricer({
        onProblem,
        overlay: overlay && readOverlay(overlay.value, overlay.name, overlay.digest),
      }),
      metrics: { dimensions, maxValuesPerDimension, maxSets },
      connectMetrics: (observer) => (this.#metrics = new PlainMetrics(observer)),
      books: this.#books,
      currentScope: () => this.#scopes.base,
      rootScope: () => this.#scopes.base,
      now,
      onFailure: (component, error) => {
        onProblem?.(`${component} failed and was left out: ${describeError(error)}`);
      },
    });
  }

  get priceBook(): string {
    return this.#engine.pricer.book;
  }

  collect(): readonly MetricPoint[] {
    return this.#metrics?.points() ?? [];
  }

  spans(spans: readonly InputSpan[]): readonly SpanResult[] {
    const answers: SpanResult[] = [];
    const open = new Map<InputSpan, Started>();
    for (const { span, isStart } of inOrder(spans)) {
      try {
        if (isStart) this.#start(span, open);
        else answers.push(this.#answerTo(span, open));
      } catch (error) {
        // A host's data is what came over the wire: one broken span costs nobody else's.
        this.#engine.failed('told-span', error);
      }
    }
    return answers;
  }

  #start(told: InputSpan, open: Map<InputSpan, Started>): void {
    // Sent once more, such as by an exporter that saw no answer.
    if (this.#traces.nodeOf(told.traceId, told.spanId) !== undefined) return;
    const span = endedSpanOf(told);
    const place = this.#placeOf(told);
    const node = this.#engine.spanStarted(span, told, place);
    if (node === undefined) return;
    open.set(told, { node, span });
    const absent = this.#traces.remember(told.traceId, told.spanId, node);
    if (absent !== undefined) this.#engine.spanArrived(node, absent, place.scope, told.startTime);
  }

  #answerTo(told: InputSpan, open: Map<InputSpan, Started>): SpanResult {
    const started = open.get(told);
    open.delete(told);
    return started === undefined
      ? (this.#answers.get(keyOf(told)) ?? nothingFor(told))
      : this.#end(told, started.span, started.node);
  }

  call(told: InputCall): CallResult {
    try {
      return this.#book(told);
    } catch (error) {
      this.#engine.failed('told-call', error);
      return { attributes: {}, price: undefined };
    }
  }

  #book(told: InputCall): CallResult {
    const key = keyOfCall(told);
    const before = key === undefined ? undefined : this.#calls.get(key);
    if (before !== undefined) return before;
    const result = this.#bookOnce(told);
    // Sent once more it is no other call, and its money is in the books.
    if (key !== undefined) this.#calls.set(key, { ...result, price: undefined });
    return result;
  }

  #bookOnce(told: InputCall): CallResult {
    const call = llmCallOf(told);
    const node = this.#traces.nodeOf(told.traceId, told.parentSpanId);
    this.#engine.callStarted(call, {
      node,
      traceId: told.traceId,
      isInsideLocalSpan: node !== undefined,
      scope: this.#scopes.of(attributionAround(node), told.attribution),
    });
    const attributes: Attributes = {};
    this.#books.takeLast();
    void this.#engine.callEnded(call, attributes, told.parentSpanId ?? '');
    return { attributes, price: this.#books.takeLast()?.price };
  }

  #end(told: InputSpan, span: EndedSpan, node: SpanNode): SpanResult {
    const set: Attributes = {};
    const remove = new Set<string>();
    for (const change of this.#engine.spanEnding(span, node).changes) {
      for (const key of change.remove) {
        Reflect.deleteProperty(span.attributes, key);
        Reflect.deleteProperty(set, key);
        remove.add(key);
      }
      for (const [key, value] of Object.entries(change.set)) {
        if (value === undefined) continue;
        span.attributes[key] = value;
        set[key] = value;
        remove.delete(key);
      }
    }
    this.#engine.spanEnded(span, told.traceId, node);
    const { traceId, spanId } = told;
    const answer: SpanResult = { traceId, spanId, set, remove: [...remove] };
    this.#answers.set(keyOf(told), answer);
    return answer;
  }

  #placeOf(told: InputSpan): Place {
    const { traceId, parentSpanId, attributes, resource } = told;
    const node = this.#nodeAround(told);
    const scope = this.#scopes.of(
      attributionIn(resource),
      attributionAround(node),
      attributionIn(attributes),
    );
    // Nothing is around the first span of a trace.
    const around = parentSpanId === undefined ? undefined : traceId;
    return { node, traceId: around, isInsideLocalSpan: node !== undefined, scope };
  }

  /** The span around it, or what stands for that one until it comes. */
  #nodeAround(told: InputSpan): SpanNode | undefined {
    const { traceId, parentSpanId } = told;
    if (parentSpanId === undefined) return undefined;
    const known = this.#traces.nodeOf(traceId, parentSpanId);
    if (known !== undefined || isEntry(told)) return known;
    return this.#traces.absentOf(traceId, parentSpanId);
  }
}

function isEntry({ kind }: InputSpan): boolean {
  return kind === SERVER || kind === CONSUMER;
}

function keyOf({ traceId, spanId }: InputSpan): string {
  return traceId + spanId;
}

/** Of a call that names its response: some servers give one id to all, but not at one time. */
function keyOfCall(told: InputCall): string | undefined {
  const { responseId, provider, requestModel, responseModel, startTime, endTime } = told;
  if (responseId === undefined) return undefined;
  return [responseId, provider, requestModel, responseModel, startTime, endTime].join('\n');
}

function nothingFor({ traceId, spanId }: InputSpan): SpanResult {
  return { traceId, spanId, set: {}, remove: [] };
}

/** What holds where `node` is around: that of the nearest span that keeps its place. */
function attributionAround(node: SpanNode | undefined): Place['scope']['values'] | undefined {
  let around = node;
  while (around !== undefined && around.place === undefined) around = around.parent;
  return around?.place?.scope.values;
}
