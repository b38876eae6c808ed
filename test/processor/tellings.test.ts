import { type Attributes, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, inSpan, makeCall, startCall, startHarness, total } from './harness.ts';

let harness: Harness;
beforeEach(() => {
  harness = startHarness();
});
afterEach(() => harness.stop());

const USAGE = { input: 1_000, output: 500 };

function answered(responseId?: string) {
  return { usage: USAGE, endTimeMs: Date.now(), responseId };
}

function told(responseId?: string, tokens = USAGE.input): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    ...(responseId !== undefined && { 'gen_ai.response.id': responseId }),
    'gen_ai.usage.input_tokens': tokens,
    'gen_ai.usage.output_tokens': USAGE.output,
  };
}

function start(scope: string, parent = ROOT_CONTEXT, name = 'told'): Span {
  return harness.tracerOf(scope).startSpan(name, {}, parent);
}

function end(span: Span, attributes: Attributes): void {
  span.setAttributes(attributes);
  span.end();
}

/** A writer's whole trace of its own: a root that is its own too, and the call in it. */
function ownTree(scope = 'langfuse-sdk'): { readonly call: Span; readonly root: Span } {
  const root = start(scope, ROOT_CONTEXT, 'its trace');
  return { root, call: start(scope, trace.setSpan(ROOT_CONTEXT, root)) };
}

async function counted(): Promise<object> {
  const points = await harness.collect();
  return {
    calls: total(points, 'costspan.calls'),
    tokens: total(points, 'costspan.tokens'),
    usd: Math.round(total(points, 'costspan.cost.usd') * 1e9) / 1e9,
  };
}

const ONCE = { calls: 1, tokens: 1_500, usd: 0.0075 };

describe('a call that is told in another tree', () => {
  it('is booked once, by its moment, where the other tree is its writer’s own', async () => {
    const tree = ownTree();
    inSpan(harness, 'request', () => makeCall(harness, {}, answered('chatcmpl-x')));
    end(tree.call, told());
    tree.root.end();
    expect(await counted()).toEqual(ONCE);
    expect(harness.span('told').attributes['costspan.call.structure']).toBe(true);
  });

  it('is booked once where our call was made with nothing around it', async () => {
    await Promise.resolve();
    inSpan(harness, 'request', () => {
      const span = start('strands', context.active());
      context.with(ROOT_CONTEXT, () => makeCall(harness, {}, answered('chatcmpl-x')));
      end(span, told());
    });
    expect(await counted()).toEqual(ONCE);
  });

  it.each([
    ['after ours', 1],
    ['long after ours', 20_000],
  ])('is booked once, by its response’s id, told %s', async (_, later) => {
    inSpan(harness, 'one', () =>
      makeCall(
        harness,
        { startTimeMs: Date.now() - later - 100 },
        {
          ...answered('chatcmpl-x'),
          endTimeMs: Date.now() - later,
        },
      ),
    );
    inSpan(harness, 'two', () => {
      end(start('somebody', context.active()), told('chatcmpl-x'));
    });
    expect(await counted()).toEqual(ONCE);
  });

  it('is booked once though it is told before ours has ended', async () => {
    const started = inSpan(harness, 'one', () => startCall(harness));
    inSpan(harness, 'two', () => {
      end(start('somebody', context.active()), told('chatcmpl-x'));
    });
    const attributes = started.end(answered('chatcmpl-x'));
    expect(await counted()).toEqual(ONCE);
    expect(attributes['costspan.call.structure']).toBe(true);
    expect(attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(harness.span('told').attributes['gen_ai.usage.cost.amount']).toBe(0.0075);
  });

  it('is booked once by its first usage, whatever is told later', async () => {
    const started = inSpan(harness, 'one', () => startCall(harness));
    started.end(answered('chatcmpl-x'));
    const { startTimeMs } = started.call;
    const other = harness.tracerOf('somebody').startSpan('told', { startTime: startTimeMs });
    end(other, told('chatcmpl-x', 999));
    expect(await counted()).toEqual(ONCE);
  });

  it('is booked once though a framework tells of it by our own hand', async () => {
    inSpan(harness, 'one', () => makeCall(harness, {}, answered('chatcmpl-x')));
    inSpan(harness, 'two', () => makeCall(harness, { isTold: true }, answered('chatcmpl-x')));
    expect(await counted()).toEqual(ONCE);
  });
});

describe('calls that look alike', () => {
  it('are two when we saw both leave, whoever else tells of them, in any order', async () => {
    const spans = ['a', 'b'].map((name) =>
      inSpan(harness, name, () => start('somebody', context.active())),
    );
    const calls = ['c', 'd'].map((name) => inSpan(harness, name, () => startCall(harness)));
    end(spans[0]!, told('chatcmpl-123'));
    for (const call of calls) call.end(answered('chatcmpl-123'));
    end(spans[1]!, told('chatcmpl-123'));
    expect(await counted()).toEqual({ calls: 2, tokens: 3_000, usd: 0.015 });
  });

  it('are two when each is part of a piece of work and only one of them is ours', async () => {
    const span = inSpan(harness, 'one', () => start('somebody', context.active()));
    inSpan(harness, 'two', () => makeCall(harness, {}, answered()));
    end(span, told());
    expect(await counted()).toEqual({ calls: 2, tokens: 3_000, usd: 0.015 });
  });
});
