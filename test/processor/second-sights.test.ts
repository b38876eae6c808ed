import { type Attributes, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, inSpan, makeCall, startCall, startHarness, total } from './harness.ts';

let harness: Harness;
beforeEach(() => {
  harness = startHarness();
});
afterEach(() => harness.stop());

/** Answered just now, unlike the harness's calls, which take 800 ms of no time. */
function answered(responseId?: string) {
  return { usage: { input: 1_000, output: 500 }, endTimeMs: Date.now(), responseId };
}

/** What Langfuse's wrapper does: a span that is never the active one and tells all at its end. */
function startBeside(scope = 'langfuse-sdk', parent = context.active()): Span {
  return harness.tracerOf(scope).startSpan('OpenAI.chat', {}, parent);
}

function endBeside(span: Span, { input = 1_000, output = 500, model = 'gpt-4o' } = {}): void {
  span.setAttributes({
    'langfuse.observation.type': 'generation',
    'langfuse.observation.model.name': model,
    'langfuse.observation.usage_details': JSON.stringify({ input, output }),
  });
  span.end();
}

const CONVENTIONAL: Attributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 500,
};

async function calls(): Promise<number> {
  return total(await harness.collect(), 'costspan.calls');
}

describe('a call that a neighbour tells of beside ours', () => {
  it('is booked once, whether or not anything is around both', async () => {
    const rootless = startBeside();
    makeCall(harness, {}, answered());
    endBeside(rootless);
    inSpan(harness, 'request', () => {
      const span = startBeside();
      makeCall(harness, {}, answered());
      endBeside(span);
    });
    expect(await calls()).toBe(2);
    for (const span of harness.spans().filter(({ name }) => name === 'OpenAI.chat')) {
      expect(span.attributes).not.toHaveProperty('costspan.price.state');
    }
  });

  it('is booked once though the neighbour is done before ours', async () => {
    const started = startCall(harness);
    const span = startBeside('langfuse-sdk', ROOT_CONTEXT);
    endBeside(span);
    started.end(answered());
    expect(await calls()).toBe(1);
  });

  it('is booked once though two neighbours tell of it', async () => {
    const first = startBeside();
    const second = harness.tracerOf('somebody').startSpan('chat');
    makeCall(harness, {}, answered());
    second.setAttributes(CONVENTIONAL);
    second.end();
    endBeside(first);
    expect(await calls()).toBe(1);
  });

  it('is booked once where only two neighbours tell of it', async () => {
    const first = startBeside();
    const second = harness.tracerOf('somebody').startSpan('chat');
    second.setAttributes(CONVENTIONAL);
    second.end();
    endBeside(first);
    expect(await calls()).toBe(1);
  });

  it('is one for each of ours that go on together', async () => {
    const both = [0, 1].map(() => {
      const span = startBeside();
      return { span, call: startCall(harness) };
    });
    for (const { call } of both) call.end(answered());
    for (const { span } of both) endBeside(span);
    expect(await calls()).toBe(2);
  });
});

describe('a call that only a neighbour saw', () => {
  it('is booked beside one of ours with other tokens or another model', async () => {
    const tokens = startBeside();
    const model = startBeside();
    makeCall(harness, {}, answered());
    endBeside(tokens, { input: 999 });
    endBeside(model, { model: 'gpt-4o-mini' });
    expect(await calls()).toBe(3);
  });

  it('is booked when ours, however alike, had another response', async () => {
    const span = harness.tracerOf('somebody').startSpan('chat');
    makeCall(harness, {}, answered('one'));
    span.setAttributes({ ...CONVENTIONAL, 'gen_ai.response.id': 'another' });
    span.end();
    expect(await calls()).toBe(2);
  });

  it('is booked when ours was made in another request', async () => {
    const spans = inSpan(harness, 'one', () => startBeside());
    inSpan(harness, 'two', () => makeCall(harness, {}, answered()));
    endBeside(spans);
    expect(await calls()).toBe(2);
  });

  it.each([5, 60_000])('is booked right after one of ours that took %i ms', async (duration) => {
    const call = startCall(harness, { startTimeMs: Date.now() - duration });
    call.end(answered());
    endBeside(startBeside());
    expect(await calls()).toBe(2);
  });

  it('is booked each time: one neighbour tells of each call once', async () => {
    const [one, two] = [startBeside(), startBeside()];
    endBeside(one);
    endBeside(two);
    expect(await calls()).toBe(2);
  });
});

describe('a neighbour’s span', () => {
  it('gets the newest names that it lacks, and keeps its own', () => {
    endBeside(startBeside());
    expect(harness.span('OpenAI.chat').attributes).toMatchObject({
      'langfuse.observation.type': 'generation',
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.cost.amount': 0.0075,
    });
  });

  it('gives its agent, workflow or tool the name that metrics are told apart by', async () => {
    inSpan(harness, 'ai.generateText', () => undefined, {
      'ai.operationId': 'ai.generateText',
      'ai.telemetry.functionId': 'triage',
    });
    expect(harness.span('ai.generateText').attributes['gen_ai.agent.name']).toBe('triage');
    const points = await harness.collect();
    expect(points.get('gen_ai.invoke_agent.duration')?.[0]?.attributes).toMatchObject({
      'gen_ai.agent.name': 'triage',
    });
  });

  it('never carries the cost under two names', () => {
    const span = harness.tracerOf('openlit').startSpan('chat');
    span.setAttributes({ ...CONVENTIONAL, 'gen_ai.usage.cost': 0.001 });
    span.end();
    const { attributes } = harness.span('chat');
    expect(attributes['gen_ai.usage.cost.amount']).toBe(0.0075);
    expect(attributes).not.toHaveProperty('gen_ai.usage.cost');
  });

  it('holds loops: the calls of an AI SDK generation count up', () => {
    const attributes = { 'ai.operationId': 'ai.generateText' };
    inSpan(
      harness,
      'ai.generateText',
      () => {
        for (const name of ['one', 'two']) {
          inSpan(harness, name, () => undefined, {
            'ai.operationId': 'ai.generateText.doGenerate',
            'ai.model.provider': 'openai.chat',
            'ai.model.id': 'gpt-4o',
            'ai.usage.inputTokens': 10,
            'ai.usage.outputTokens': 10,
          });
        }
      },
      attributes,
    );
    expect(harness.span('one').attributes['costspan.loop.depth']).toBe(1);
    expect(harness.span('two').attributes['costspan.loop.depth']).toBe(2);
    expect(harness.span('ai.generateText').attributes['costspan.run.inference_calls']).toBe(2);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
