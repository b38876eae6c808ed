import { describe, expect, it } from 'vitest';
import { createEngine, type InputSpan } from '../../processor/engine/index.ts';

const NOON = Date.UTC(2026, 9, 1, 12);

/** A call that somebody else's span tells of; each in a trace of its own. */
function call(trace: string, startTime: number, scopeName = 'somebody'): InputSpan {
  return {
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

  it('shows that two spans of one time tell of one call, in whatever traces they are', () => {
    expect(callsOf([call('b1', NOON), call('b2', NOON - 1, 'somebody-else')])).toBe(1);
  });
});
