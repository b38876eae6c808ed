import type { Attributes } from '../../conventions/index.ts';
import { ToldScopes, toldAttribution } from './attribution/told-scopes.ts';
import type { CallAnswer, CostspanEngine, EngineSettings } from './create-engine.ts';
import { Engine } from './engine.ts';
import type { Place } from './loops/place.ts';
import { RecentMap } from './loops/recent-map.ts';
import type { SpanNode } from './loops/span-node.ts';
import { PlainMetrics } from './metrics/plain-metrics.ts';
import type { EndedSpan } from './normalise/foreign-call.ts';
import { createPricer } from './pricing/index.ts';
import { readOverlay } from './pricing/read-overlay.ts';
import { inOrder } from './span-order.ts';
import { endedSpanOf, llmCallOf } from './read-told.ts';
import { ToldBooks } from './told-books.ts';
import type { MetricPoint, SpanAnswer, ToldCall, ToldSpan } from './told.ts';

/** Traces whose spans are remembered for pieces that come later. */
const REMEMBERED_TRACES = 20_000;

/** The engine of a host that hands over ended spans and calls as plain data. */
export class HostedEngine implements CostspanEngine {
  readonly #engine: Engine;
  readonly #scopes: ToldScopes;
  readonly #books: ToldBooks;
  readonly #traces = new RecentMap<Map<string, SpanNode>>(REMEMBERED_TRACES);
  #metrics: PlainMetrics | undefined;

  /** @throws OverlayError with one sentence, when the overlay has a mistake. */
  constructor(settings: EngineSettings) {
    const { attribution = {}, metrics = {}, overlay, onProblem, now = Date.now } = settings;
    const { dimensions = ['team', 'workflow'] } = metrics;
    const { maxValuesPerDimension = 200, maxSets = 1_800 } = metrics;
    this.#scopes = new ToldScopes({
      defaults: attribution.defaults ?? {},
      environment: {},
      required: attribution.required ?? [],
      mode: 'warn',
      believed: new Set(),
      dimensions,
    });
    this.#books = new ToldBooks(settings);
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
        onProblem?.(`${component} failed and was left out: ${String(error)}`);
      },
    });
  }

  get priceBook(): string {
    return this.#engine.pricer.book;
  }

  collect(): readonly MetricPoint[] {
    return this.#metrics?.points() ?? [];
  }

  spans(spans: readonly ToldSpan[]): readonly SpanAnswer[] {
    const open = new Map<ToldSpan, { readonly node: SpanNode; readonly span: EndedSpan }>();
    const answers: SpanAnswer[] = [];
    for (const { span, isStart } of inOrder(spans)) {
      if (isStart) {
        const ended = endedSpanOf(span);
        const node = this.#engine.spanStarted(ended, span, this.#placeOf(span));
        if (node === undefined) continue;
        this.#remember(span, node);
        open.set(span, { node, span: ended });
      } else {
        const started = open.get(span);
        if (started !== undefined) answers.push(this.#end(span, started.span, started.node));
      }
    }
    return answers;
  }

  call(told: ToldCall): CallAnswer {
    const call = llmCallOf(told);
    const node = this.#nodeOf(told.traceId, told.parentSpanId);
    this.#engine.callStarted(call, {
      node,
      traceId: told.traceId,
      isInsideLocalSpan: node !== undefined,
      scope: this.#scopes.of(attributionAround(node), told.attribution),
    });
    const attributes: Attributes = {};
    this.#books.takeLast();
    this.#engine.callEnded(call, attributes, told.parentSpanId ?? '');
    return { attributes, price: this.#books.takeLast()?.price };
  }

  #end(told: ToldSpan, span: EndedSpan, node: SpanNode): SpanAnswer {
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
    return { traceId: told.traceId, spanId: told.spanId, set, remove: [...remove] };
  }

  #placeOf({ traceId, parentSpanId, attributes, resource }: ToldSpan): Place {
    const node = this.#nodeOf(traceId, parentSpanId);
    const scope = this.#scopes.of(
      toldAttribution(resource),
      attributionAround(node),
      toldAttribution(attributes),
    );
    // Nothing is around the first span of a trace.
    const around = parentSpanId === undefined ? undefined : traceId;
    return { node, traceId: around, isInsideLocalSpan: node !== undefined, scope };
  }

  #nodeOf(traceId: string | undefined, spanId: string | undefined): SpanNode | undefined {
    if (traceId === undefined || spanId === undefined) return undefined;
    return this.#traces.get(traceId)?.get(spanId);
  }

  #remember({ traceId, spanId }: ToldSpan, node: SpanNode): void {
    const nodes = this.#traces.get(traceId) ?? new Map<string, SpanNode>();
    nodes.set(spanId, node);
    this.#traces.set(traceId, nodes);
  }
}

/** What holds where `node` is around: that of the nearest span that keeps its place. */
function attributionAround(node: SpanNode | undefined): Place['scope']['values'] | undefined {
  let around = node;
  while (around !== undefined && around.place === undefined) around = around.parent;
  return around?.place?.scope.values;
}
