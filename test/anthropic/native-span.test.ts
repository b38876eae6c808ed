import * as anthropicModule from '@anthropic-ai/sdk';
import { context, propagation, trace } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { setCallObserver } from '../../instrumentation/core/observer.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { REQUEST, clientOf, messageReply, patchModule, scripted } from './clients.ts';

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
  patchModule(anthropic, anthropicModule);
});
afterAll(() => recorder.close());
beforeEach(() => recorder.start());

const EVENTS = [
  {
    type: 'message_start',
    message: { ...(messageReply().json as object), content: [], stop_reason: null },
  },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: 4 },
  },
  { type: 'message_stop' },
];

function tracerOf(client: object): unknown {
  return Reflect.get(client, '_tracer');
}

describe("the SDK's own span", () => {
  it.each([
    [
      'create',
      'json',
      async (client: anthropicModule.Anthropic) => client.messages.create(REQUEST),
    ],
    ['parse', 'json', async (client: anthropicModule.Anthropic) => client.messages.parse(REQUEST)],
    [
      'stream',
      'sse',
      async (client: anthropicModule.Anthropic) => client.messages.stream(REQUEST).finalMessage(),
    ],
    [
      'beta stream',
      'sse',
      async (client: anthropicModule.Anthropic) =>
        client.beta.messages.stream(REQUEST).finalMessage(),
    ],
  ] as const)('gives way to ours, and its trace context too: %s', async (_, kind, run) => {
    const { fetch, sent } = scripted(kind === 'json' ? messageReply() : { sse: EVENTS });
    const client = clientOf(fetch);
    const tracer = tracerOf(client);
    expect(tracer).toBeDefined();
    await run(client);
    const [span, ...more] = await recorder.spans();
    expect(more).toEqual([]);
    expect(span?.scope.name).toBe('costspan');
    expect(sent[0]?.headers.get('traceparent')).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
    expect(tracerOf(client)).toBe(tracer);
  });

  it('comes back when costspan is off', async () => {
    setCallObserver(undefined);
    const { fetch } = scripted(messageReply(), { sse: EVENTS });
    const client = clientOf(fetch);
    await client.messages.create(REQUEST);
    await client.messages.stream(REQUEST).finalMessage();
    expect((await recorder.spans()).map(({ scope }) => scope.name)).toEqual([
      'com.anthropic.sdk.typescript',
      'com.anthropic.sdk.typescript',
    ]);
  });

  it('is not switched on where the application has switched it off', async () => {
    const { fetch, sent } = scripted(messageReply());
    await clientOf(fetch, { openTelemetry: false }).messages.create(REQUEST);
    expect((await recorder.spans()).length).toBe(1);
    expect(sent[0]?.headers.has('traceparent')).toBe(false);
  });

  it('gives way also on a client that cannot be changed, at worst beside ours', async () => {
    const { fetch } = scripted(messageReply());
    const client = clientOf(fetch);
    Object.defineProperty(client, '_tracer', { value: tracerOf(client), writable: false });
    expect(await client.messages.create(REQUEST)).toMatchObject({ id: 'msg_1' });
    expect(recorder.calls.length).toBe(1);
  });

  it('stays where it is no call: the loop and the tools of the runner, as parents of the calls', async () => {
    const toolTurn = messageReply({
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'add', input: {} }],
      stop_reason: 'tool_use',
    });
    const { fetch } = scripted(toolTurn, messageReply({ id: 'msg_2' }));
    await clientOf(fetch).beta.messages.toolRunner({
      ...REQUEST,
      tools: [
        {
          type: 'custom',
          name: 'add',
          description: 'Adds.',
          input_schema: { type: 'object' },
          parse: (input: unknown) => input,
          run: () => '2',
        },
      ],
    });
    const spans = await recorder.spans();
    const loop = spans.find(({ name }) => name === 'anthropic.messages.tool_runner');
    const others = spans.filter((span) => span !== loop);
    expect(others.map(({ name }) => name).sort()).toEqual([
      'anthropic.custom_tool_use add',
      'chat claude-opus-4-5',
      'chat claude-opus-4-5',
    ]);
    expect(new Set(others.map(({ parentSpanId }) => parentSpanId))).toEqual(
      new Set([loop?.spanId]),
    );
  });

  it('sends no more baggage than the context that the observer gave', async () => {
    propagation.disable();
    propagation.setGlobalPropagator(new W3CBaggagePropagator());
    setCallObserver({
      ...recorder.observer,
      callStarted: (_, parent) => propagation.deleteBaggage(parent),
    });
    const { fetch, sent } = scripted(messageReply(), { sse: EVENTS });
    const client = clientOf(fetch);
    const baggage = propagation.createBaggage({ 'costspan.team': { value: 'support' } });
    await context.with(propagation.setBaggage(context.active(), baggage), async () => {
      await client.messages.create(REQUEST);
      await client.messages.stream(REQUEST).finalMessage();
    });
    expect(sent.map(({ headers }) => headers.get('baggage'))).toEqual([null, null]);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
