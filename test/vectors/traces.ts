import { type Dialect, DIALECTS, usedBy } from './dialects.ts';
import { type CallFacts, factsOf } from './facts.ts';
import { type Shape, SHAPES, type Step } from './shapes.ts';
import { DAY, idOf, type VectorSpan, WRITERS } from './spans.ts';
import type { WrittenSpan } from './writer.ts';

/** A trace as it comes over the wire, and what it holds in truth. */
export interface VectorTrace {
  readonly title: string;
  /** In the order of their ends, as exporters send them. */
  readonly spans: readonly VectorSpan[];
  /** The calls that were made, each once. */
  readonly calls: readonly CallFacts[];
}

const SERVER = 2;
const INTERNAL = 1;
const CLIENT = 3;
const ERROR = 2;

/** Milliseconds between two things that happen. Odd, so that no two happen at one time. */
const STEP_MS = 7;

/** What a writer that knows nothing but the model and the tokens says. */
function tellAgain({ model, usage }: CallFacts): WrittenSpan {
  return {
    name: 'llm',
    scopeName: 'by-hand',
    attributes: {
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens':
        (usage?.input ?? 0) + (usage?.cacheRead ?? 0) + (usage?.cacheWrite ?? 0),
      'gen_ai.usage.output_tokens': (usage?.output ?? 0) + (usage?.reasoning ?? 0),
    },
  };
}

/** Lays one trace out in time. */
class TraceBuilder {
  readonly spans: VectorSpan[] = [];
  readonly calls: CallFacts[] = [];
  readonly #dialect: Dialect;
  readonly #place: number;
  /** Spans that have started and not ended. */
  #open = 0;
  #now: number;

  constructor(dialect: Dialect, place: number, start: number) {
    this.#dialect = dialect;
    this.#place = place;
    this.#now = start;
  }

  /** Adds `step` and what is inside it, and answers the calls among them. */
  add(step: Step, parentSpanId: string | undefined): readonly CallFacts[] {
    const number = this.spans.length + this.#open;
    this.#open += 1;
    const spanId = idOf(16, 5_000 + this.#place, number);
    const startTime = this.#tick();
    const { inside = [] } = step;
    const made: CallFacts[] = [];
    let facts: CallFacts | undefined;
    if (step.is === 'call') {
      facts = this.#factsOf(step.facts, number);
      if (step.isSecondSight !== true) {
        made.push(facts);
        this.calls.push(facts);
      }
    }
    const isAtOnce = step.is !== 'call' && step.atOnce === true;
    let latest = startTime;
    for (const each of inside) {
      const before = this.#now;
      made.push(...this.add(each, spanId));
      latest = Math.max(latest, this.#now);
      if (isAtOnce) this.#now = before + 1;
    }
    this.#now = Math.max(this.#now, latest);
    if (facts !== undefined && inside.length === 0) this.#now += facts.durationMs;
    const endTime = this.#tick();
    this.#open -= 1;
    this.spans.push({
      traceId: idOf(32, 5_000 + this.#place),
      spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      ...this.#write(step, facts, made),
      startTime,
      endTime,
      ...(isFailed(step) ? { status: { code: ERROR } } : {}),
    });
    return made;
  }

  #tick(): number {
    this.#now += STEP_MS;
    return this.#now;
  }

  /** Responses of one trace have ids of their own, where they have some. */
  #factsOf(which: Extract<Step, { is: 'call' }>['facts'], number: number): CallFacts {
    const { calls } = this.#dialect;
    if (which === 'embeddings') return factsOf('embeddings');
    const facts = factsOf(calls[which === 1 ? 1 : 0]);
    if (which === 'failed') {
      const { provider, model } = facts;
      return { title: 'failed', provider, model, errorType: 'RateLimitError', durationMs: 40 };
    }
    if (facts.responseId === undefined) return facts;
    return { ...facts, responseId: `${facts.responseId}-${this.#place}-${number}` };
  }

  #write(
    step: Step,
    facts: CallFacts | undefined,
    made: readonly CallFacts[],
  ): WrittenSpan & { readonly kind: number } {
    if (step.is === 'call') {
      if (facts === undefined) throw new Error('A call has facts.');
      return { kind: CLIENT, ...this.#writerOf(step)(facts) };
    }
    if (step.is === 'plain' || step.is === 'server') {
      const kind = step.is === 'server' ? SERVER : INTERNAL;
      return { name: step.name, scopeName: 'app', attributes: {}, kind };
    }
    const written = this.#dialect.writeStructure(step.is, step.name, usedBy(made));
    return { kind: INTERNAL, ...written };
  }

  #writerOf({ by, facts }: Extract<Step, { is: 'call' }>): (facts: CallFacts) => WrittenSpan {
    if (by === 'states-nothing-new') return tellAgain;
    // Few dialects tell of embeddings.
    const name = by ?? (facts === 'embeddings' ? 'newest-conventions' : undefined);
    if (name === undefined) return this.#dialect.writeCall;
    return WRITERS.find((writer) => writer.name === name)?.write ?? this.#dialect.writeCall;
  }
}

function isFailed(step: Step): boolean {
  return step.is === 'call' ? step.facts === 'failed' : step.failed === true;
}

/** Each shape of a trace in the words of one dialect. */
export function tracesOf(dialect: Dialect): readonly VectorTrace[] {
  const first = DIALECTS.indexOf(dialect) * SHAPES.length;
  return SHAPES.map((shape, index) => traceOf(dialect, shape, first + index));
}

function traceOf(dialect: Dialect, shape: Shape, place: number): VectorTrace {
  const builder = new TraceBuilder(dialect, place, DAY + place * 60_000);
  builder.add(shape.root, shape.isRemote === true ? idOf(16, 9_000, place) : undefined);
  return { title: shape.name, spans: builder.spans, calls: builder.calls };
}
