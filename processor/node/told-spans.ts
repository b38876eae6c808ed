import type { Attributes, Context } from '@opentelemetry/api';
import type { Engine } from '../engine/engine.ts';
import type { Place } from '../engine/loops/place.ts';
import type { SpanNode } from '../engine/loops/span-node.ts';
import { lateAttributes } from './late-attributes.ts';
import { nodeOf, type RecordedSpan, setNode } from './recorded-span.ts';
import { tellOperator } from './tell-operator.ts';

export interface ToldSpansOptions {
  readonly engine: Engine;
  readonly placeOf: (context: Context) => Place;
  /** The end of a span of others is in the books, or comes to nothing. */
  readonly booked: (node: SpanNode, isCounted: boolean) => void;
}

/** Tells the engine of recorded spans and applies what it answers, whatever the SDK's version. No method throws. */
export class ToldSpans {
  readonly #options: ToldSpansOptions;
  #isLateTold = false;

  constructor(options: ToldSpansOptions) {
    this.#options = options;
  }

  /** A recorded span of anybody has started. */
  started(span: RecordedSpan, parentContext: Context): void {
    this.#options.engine.guarded('span-started', undefined, () => {
      this.#start(span, parentContext);
    });
  }

  /** It is about to end and still takes attributes. */
  ending(span: RecordedSpan): void {
    this.#options.engine.guarded('span-ending', undefined, () => {
      const node = nodeOf(span);
      if (node !== undefined && !node.told) this.#tell(span, node, false);
    });
  }

  /** It has ended. */
  ended(span: RecordedSpan): void {
    this.#options.engine.guarded('span-ended', undefined, () => {
      this.#end(span);
    });
  }

  #start(span: RecordedSpan, parentContext: Context): void {
    // Two processors of ours, as where one is inside a composite, are told of the same span.
    if (nodeOf(span) !== undefined) return;
    const { engine, placeOf } = this.#options;
    const node = engine.spanStarted(span, span.spanContext(), placeOf(parentContext));
    if (node !== undefined) setNode(span, node);
  }

  #end(span: RecordedSpan): void {
    const node = nodeOf(span);
    if (node === undefined || node.ended) return;
    try {
      if (!node.told) this.#tell(span, node, true);
    } finally {
      // A span that takes no attributes has ended all the same.
      this.#options.engine.spanEnded(span, span.spanContext().traceId, node);
    }
  }

  #tell(span: RecordedSpan, node: SpanNode, isLate: boolean): void {
    node.told = true;
    const { changes, isCounted } = this.#options.engine.spanEnding(span, node);
    this.#options.booked(node, isCounted);
    for (const { set, remove } of changes) {
      for (const key of remove) Reflect.deleteProperty(span.attributes, key);
      if (isLate) this.#putLate(span, set);
      else span.setAttributes(set);
    }
  }

  /** The SDK did not say that it was about to end: it takes attributes only from behind. */
  #putLate(span: RecordedSpan, set: Attributes): void {
    if (Object.keys(set).length === 0) return;
    Object.assign(span.attributes, set);
    if (this.#isLateTold) return;
    this.#isLateTold = true;
    const who =
      'The OpenTelemetry SDK of this process, or a processor around CostspanProcessor, tells';
    tellOperator(lateAttributes(who));
  }
}
