import { describe, expect, it } from 'vitest';
import { createEngine, type InputSpan } from '../../processor/engine/index.ts';

const NOON = Date.UTC(2026, 9, 1, 12);

/** A call that somebody else's span tells of; each in a trace of its own. */
function call(
  trace: string,
  startTime: number,
  scopeName = 'somebody',
  resource?: Record<string, unknown>,
): InputSpan {
  return {
    resource,
    traceId: trace.padStart(32, '0'),
    spanId: trace.padStart(16, '0'),
    name: 'chat gpt-4o',
    scopeName,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 500,
    },
    startTime,
    endTime: startTime + 800,
  };
}

function callsOf(spans: readonly InputSpan[]): number {
  const engine = createEngine({ now: () => NOON });
  for (const span of spans) engine.spans([span]);
  return engine
    .collect()
    .reduce((sum, { name, value = 0 }) => sum + (name === 'costspan.calls' ? value : 0), 0);
}

describe('the id of a response', () => {
  it('proves nothing where a server gives the same one to each call', () => {
    expect(callsOf([call('a1', NOON), call('a2', NOON + 900), call('a3', NOON + 5_000)])).toBe(3);
  });

  it.each(['service.name', 'service.instance.id', 'k8s.pod.name', 'process.pid'])(
    'proves nothing about calls of two services, told apart by %s',
    (name) => {
      const spans = ['one', 'two', 'one'].map((value, index) =>
        call(`c${index}`, NOON + index, index < 2 ? 'somebody' : 'somebody-else', {
          'service.namespace': 'shop',
          [name]: value,
        }),
      );
      expect(callsOf(spans)).toBe(2);
    },
  );

  it('proves nothing about calls that one writer tells at one time', () => {
    const spans = ['d1', 'd2', 'd3'].map((trace) => call(trace, NOON));
    expect(callsOf(spans)).toBe(3);
    const others = ['e1', 'e2', 'e3'].map((trace) => call(trace, NOON, 'somebody-else'));
    expect(callsOf([...spans, ...others])).toBe(3);
  });

  it('proves nothing about another model', () => {
    const other = call('f2', NOON, 'somebody-else');
    const attributes = { ...other.attributes, 'gen_ai.request.model': 'gpt-4o-mini' };
    expect(callsOf([call('f1', NOON), { ...other, attributes }])).toBe(2);
  });

  it('shows a call that is told when it is over, by a name with a date or a path', () => {
    const late = call('g2', NOON + 200_000, 'somebody-else');
    const attributes = { ...late.attributes, 'gen_ai.request.model': 'openai/gpt-4o-2024-08-06' };
    expect(callsOf([call('g1', NOON), { ...late, attributes }])).toBe(1);
  });

  it('marks the second telling, which is skipped wherever else it comes', () => {
    const engine = createEngine({ now: () => NOON });
    const second = call('h2', NOON, 'somebody-else');
    const answers = engine.spans([call('h1', NOON), second]);
    const { set } = answers.find(({ traceId }) => traceId === second.traceId)!;
    expect(set).toEqual({ 'costspan.call.structure': true });
    expect(callsOf([{ ...second, attributes: { ...second.attributes, ...set } }])).toBe(0);
  });

  it('shows a call that a process of ours has booked', () => {
    const ours = call('i1', NOON, 'costspan');
    const attributes = { ...ours.attributes, 'costspan.price.book': 'genai-prices@0.1.8' };
    expect(callsOf([{ ...ours, attributes }, call('i2', NOON)])).toBe(0);
  });

  it('shows a call that a host tells once more', () => {
    const engine = createEngine({ now: () => NOON });
    const told = {
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseId: 'chatcmpl-1',
      usage: { input: 1_000, output: 500 },
      startTime: NOON,
      endTime: NOON + 800,
    };
    expect(engine.call(told).price?.cost?.totalNanos).toBe(7_500_000);
    expect(engine.call(told).price).toBeUndefined();
    expect(engine.call({ ...told, startTime: NOON + 1 }).price).toBeDefined();
  });

  it('shows that two spans of one time tell of one call, in whatever traces they are', () => {
    expect(callsOf([call('b1', NOON), call('b2', NOON - 1, 'somebody-else')])).toBe(1);
  });
});
