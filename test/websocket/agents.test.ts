import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents/realtime';
import { z } from 'zod';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { responseEvents, USAGE, watchWs } from './support.ts';

let server: SocketServer;
let live: LivePipeline;

beforeAll(async () => {
  server = await startSocketServer(false);
  watchWs();
});
afterAll(() => server.close());
beforeEach(async () => {
  live = await startLivePipeline();
});
afterEach(async () => {
  await live.stop();
  server.reset();
  expect(openCallCount()).toBe(0);
});

const url = (): string => `${server.url.replace('http', 'ws')}/v1/realtime?model=gpt-realtime`;

describe('a session of OpenAI Agents', () => {
  it('books each answer of its loop, which runs tools', async () => {
    const weather = tool({
      name: 'weather',
      description: 'd',
      parameters: z.object({ city: z.string() }),
      execute: () => 'sunny',
    });
    const agent = new RealtimeAgent({ name: 'forecaster', tools: [weather] });
    const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime' });
    session.on('error', () => undefined);
    await withAttribution({ team: 'voice' }, () => session.connect({ apiKey: 'k', url: url() }));
    const peer = await server.peer();
    session.sendMessage('How is it?');
    await peer.got('response.create');
    const call = {
      type: 'function_call',
      id: 'item_f',
      call_id: 'c',
      name: 'weather',
      arguments: '{"city":"Rome"}',
      status: 'completed',
    };
    const [created, ...rest] = responseEvents('r1', {
      status: 'completed',
      usage: USAGE,
      output: [call],
    });
    const about = { event_id: 'x', response_id: 'r1', output_index: 0 };
    peer.send(
      created!,
      { type: 'response.output_item.done', ...about, item: call },
      {
        type: 'response.function_call_arguments.done',
        ...about,
        item_id: 'item_f',
        call_id: 'c',
        name: 'weather',
        arguments: call.arguments,
      },
      rest.at(-1)!,
    );
    // The agent answers with what its tool said.
    await peer.got('response.create', 2);
    peer.send(...responseEvents('r2'));
    await expect.poll(() => openCallCount()).toBe(0);
    session.close();
    await live.flush();
    const calls = live.sink.spans
      .filter(({ scope }) => scope.name === 'costspan')
      .map(({ attributes }) => [
        attributes['gen_ai.response.id'],
        attributes['gen_ai.response.finish_reasons'],
        attributes['costspan.loop.depth'],
        attributes['costspan.team'],
      ]);
    expect(calls).toEqual([
      ['r1', ['tool_calls'], 1, 'voice'],
      ['r2', ['stop'], 2, 'voice'],
    ]);
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.036_8, 9);
  });

  it('does not connect for a team that is paused', async () => {
    live.pipeline.governance.control.configure({
      paused: [{ team: 'voice', reason: 'costs', until: '2099-01-01' }],
      allowedModels: [],
    });
    const session = new RealtimeSession(new RealtimeAgent({ name: 'a' }), {
      transport: 'websocket',
    });
    const connecting = withAttribution({ team: 'voice' }, () =>
      session.connect({ apiKey: 'k', url: url() }),
    );
    await expect(connecting).rejects.toMatchObject({ code: 'costspan_paused' });
    expect(server.asked).toBe(0);
  });
});
