import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine, type InputCall, type InputSpan } from '../../processor/engine/index.ts';

const NOON = Date.UTC(2026, 9, 1, 12);
const WRITERS = ['openllmetry', 'langfuse-sdk', 'somebody', 'strands'] as const;
const MOST_SECONDS = 3_600;

/** One call of the provider, and who tells of it. */
interface Made {
  readonly startSeconds: number;
  readonly tokens: number;
  readonly writers: readonly (typeof WRITERS)[number][];
  /** A host tells of it too, not by a span. */
  readonly isCalled: boolean;
}

type Telling = { readonly span: InputSpan } | { readonly call: InputCall };

const MADE: fc.Arbitrary<Made> = fc.record({
  startSeconds: fc.nat({ max: MOST_SECONDS }),
  tokens: fc.integer({ min: 1, max: 5_000 }),
  writers: fc.subarray([...WRITERS], { minLength: 1 }),
  isCalled: fc.boolean(),
});

/** Each telling is in a trace of its own, and a little off in time, as writers' clocks are. */
function tellingsOf(made: Made, index: number, responseId: string): Telling[] {
  const startTime = NOON + made.startSeconds * 1000;
  const endTime = startTime + 800;
  const usage = { input: made.tokens, output: 500 };
  const spans = made.writers.map((scopeName, writer): Telling => ({
    span: {
      traceId: `${index * 10 + writer + 1}`.padStart(32, '0'),
      spanId: `${index * 10 + writer + 1}`.padStart(16, '0'),
      name: 'chat gpt-4o',
      scopeName,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.response.id': responseId,
        'gen_ai.usage.input_tokens': usage.input,
        'gen_ai.usage.output_tokens': usage.output,
      },
      startTime: startTime - writer,
      endTime: endTime + writer,
    },
  }));
  if (!made.isCalled) return spans;
  const call = { provider: 'openai', requestModel: 'gpt-4o', responseId, usage };
  return [...spans, { call: { ...call, startTime, endTime } }];
}

interface Totals {
  readonly calls: number;
  readonly tokens: number;
  readonly nanos: number;
}

function totalsOf(tellings: readonly Telling[]): Totals {
  const engine = createEngine({ now: () => NOON });
  for (const telling of tellings) {
    if ('span' in telling) engine.spans([telling.span]);
    else engine.call(telling.call);
  }
  const sum = (wanted: string): number =>
    engine
      .collect()
      .reduce((total, { name, value = 0 }) => total + (name === wanted ? value : 0), 0);
  return {
    calls: sum('costspan.calls'),
    tokens: sum('costspan.tokens'),
    nanos: Math.round(sum('costspan.cost.usd') * 1e9),
  };
}

function expectedOf(made: readonly Made[]): Totals {
  return {
    calls: made.length,
    tokens: made.reduce((sum, { tokens }) => sum + tokens + 500, 0),
    nanos: made.reduce((sum, { tokens }) => sum + tokens * 2_500 + 500 * 10_000, 0),
  };
}

/** All tellings in any order, and some of them more than once. */
function shuffled(tellings: readonly Telling[]): fc.Arbitrary<readonly Telling[]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...tellings], { minLength: tellings.length }),
      fc.array(fc.nat({ max: tellings.length - 1 }), { maxLength: 5 }),
    )
    .map(([all, again]) => [...all, ...again.map((index) => all[index]!)]);
}

describe('tellings of calls', () => {
  it('count each call once, in any order and however often they come', () => {
    const tellings = fc
      .array(MADE, { minLength: 1, maxLength: 8 })
      .chain((made) =>
        fc.tuple(
          fc.constant(made),
          shuffled(made.flatMap((one, index) => tellingsOf(one, index, `chatcmpl-${index}`))),
        ),
      );
    fc.assert(
      fc.property(tellings, ([made, told]) => {
        expect(totalsOf(told)).toEqual(expectedOf(made));
      }),
      { numRuns: 200 },
    );
  });

  it('count every call of a server that gives each response one id, by whomever all are told', () => {
    const tellings = fc
      .tuple(
        fc.array(fc.nat({ max: MOST_SECONDS }), { minLength: 1, maxLength: 8 }),
        fc.subarray([...WRITERS], { minLength: 1 }),
        fc.boolean(),
      )
      .chain(([starts, writers, isCalled]) => {
        // A host tells the same once, so its calls must not be the same.
        const seconds = isCalled ? [...new Set(starts)] : starts;
        const made = seconds.map((startSeconds) => ({
          startSeconds,
          tokens: 1_000,
          writers,
          isCalled,
        }));
        const told = made.flatMap((one, index) => tellingsOf(one, index, 'chatcmpl-123'));
        return fc.tuple(fc.constant(made), shuffled(told));
      });
    fc.assert(
      fc.property(tellings, ([made, told]) => {
        expect(totalsOf(told)).toEqual(expectedOf(made));
      }),
      { numRuns: 200 },
    );
  });
});
