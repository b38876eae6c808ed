import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
} from '../scenarios/live-pipeline.ts';
import {
  type Message,
  type Peer,
  type SocketServer,
  startSocketServer,
} from '../support/socket-server.ts';
import { nextEvent, opened, type Realtime, responseEvents, USAGE, watchWs } from './support.ts';
import { watchGlobalWebSocket } from '../../instrumentation/websocket/global-class.ts';

type RealtimeClass = new (props: object, client: object) => Realtime;
type ClientClass = new (options: object) => object;

/** Class of the SDK, by major; the last kind uses the `WebSocket` that Node has itself. */
const CLIENTS = [
  ['openai', 'openai/realtime/ws', 'OpenAIRealtimeWS'],
  ['openai', 'openai/realtime/websocket', 'OpenAIRealtimeWebSocket'],
  ['openai', 'openai/beta/realtime/ws', 'OpenAIRealtimeWS'],
  ['openai6', 'openai6/realtime/ws', 'OpenAIRealtimeWS'],
  ['openai5', 'openai5/realtime/ws', 'OpenAIRealtimeWS'],
  ['openai4', 'openai4/beta/realtime/ws', 'OpenAIRealtimeWS'],
  ['openai4', 'openai4/beta/realtime/websocket', 'OpenAIRealtimeWebSocket'],
] as const;

let server: SocketServer;
let live: LivePipeline;

beforeAll(async () => {
  // For the sockets of Node, which take no certificate of a caller's.
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  server = await startSocketServer();
  watchWs();
  watchGlobalWebSocket();
});
afterAll(async () => {
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  await server.close();
});
beforeEach(async () => {
  live = await startLivePipeline();
  server.greet = (peer) => {
    peer.send({
      type: 'session.created',
      event_id: 'e0',
      session: { id: 'sess_1', type: 'realtime', model: 'gpt-realtime' },
    });
  };
});
afterEach(async () => {
  await live.stop();
  server.reset();
  expect(openCallCount()).toBe(0);
});

describe.each(CLIENTS)('%s by %s', (packageName, module, name) => {
  let Client: RealtimeClass;
  let client: object;

  beforeAll(async () => {
    const sdk = (await import(packageName)) as { readonly OpenAI: ClientClass };
    client = new sdk.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
    Client = ((await import(module)) as Readonly<Record<string, RealtimeClass>>)[name]!;
  });

  function connect(): Realtime {
    return new Client({ model: 'gpt-realtime' }, client);
  }

  async function connected(): Promise<readonly [Realtime, Peer]> {
    const realtime = connect();
    const created = nextEvent(realtime, 'session.created');
    await opened(realtime.socket);
    await created;
    return [realtime, await server.peer()];
  }

  it('books each answer at the prices of its modalities, cached sound included', async () => {
    const [realtime, peer] = await connected();
    const seen: Message[] = [];
    realtime.on('event', (event: Message) => {
      seen.push(event);
    });
    const done = nextEvent(realtime, 'response.done');
    await withAttribution({ team: 'voice' }, async () => {
      realtime.send({ type: 'response.create' });
      await peer.got('response.create');
    });
    const events = responseEvents('resp_1');
    peer.send(...events);
    await done;
    realtime.close();
    await peer.until(({ closed }) => closed);

    // What the application hears is what was sent, in its order.
    expect(seen).toEqual(events);
    expect(peer.received).toEqual([{ type: 'response.create' }]);
    await live.flush();
    const [span, ...others] = live.sink.spans;
    expect(others).toEqual([]);
    expect(span).toMatchObject({
      name: 'chat gpt-realtime',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-realtime',
        'gen_ai.response.model': 'gpt-realtime',
        'gen_ai.response.id': 'resp_1',
        'gen_ai.conversation.id': 'conv_1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 150,
        'gen_ai.usage.audio.input_tokens': 700,
        'gen_ai.usage.audio.cache_read.input_tokens': 400,
        'gen_ai.usage.audio.output_tokens': 120,
        'gen_ai.response.time_to_first_chunk': expect.any(Number),
        'costspan.team': 'voice',
        'costspan.price.state': 'priced',
        'costspan.usage.source': 'provider',
      },
    });
    // (100 text · 4 + 300 sound · 32 + 600 cached · 0.4 + 30 text · 16 + 120 sound · 64) / 1e6
    expect(span?.attributes['gen_ai.usage.cost.amount']).toBeCloseTo(0.018_4, 9);
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.018_4, 9);
    expect(live.sink.metricValue('costspan.calls')).toBe(1);
    assertKnownTelemetry(live.sink);
  });

  it('books what was cut off, by its status, and answers that nobody asked for', async () => {
    const [realtime, peer] = await withAttribution({ team: 'opener' }, connected);
    const third = nextEvent(realtime, 'conversation.item.input_audio_transcription.completed');
    const cancelled = {
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    };
    peer.send(
      ...responseEvents('resp_1', { ...cancelled, usage: USAGE }),
      ...responseEvents('resp_2', {
        status: 'failed',
        status_details: { type: 'failed', error: { type: 'server_error', code: 'overloaded' } },
        usage: null,
      }),
      {
        type: 'session.updated',
        event_id: 'e9',
        session: {
          model: 'gpt-realtime',
          audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } },
        },
      },
      {
        type: 'conversation.item.input_audio_transcription.completed',
        event_id: 'e10',
        item_id: 'item_1',
        content_index: 0,
        transcript: 'Hi',
        usage: {
          type: 'tokens',
          total_tokens: 30,
          input_tokens: 20,
          output_tokens: 10,
          input_token_details: { text_tokens: 0, audio_tokens: 20 },
        },
      },
    );
    await third;
    realtime.close();
    await live.flush();
    const [stopped, failed, transcript] = live.sink.spans;
    expect(stopped?.attributes).toMatchObject({
      'gen_ai.response.finish_reasons': ['turn_detected'],
      'costspan.team': 'opener',
      'gen_ai.usage.output_tokens': 150,
    });
    expect(failed?.attributes).toMatchObject({ 'error.type': 'overloaded' });
    expect(failed?.attributes).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(transcript?.name).toBe('generate_content gpt-4o-transcribe');
    // (20 sound · 6 + 10 text · 10) / 1e6
    expect(transcript?.attributes['gen_ai.usage.cost.amount']).toBeCloseTo(0.000_22, 9);
  });

  it('tells the depth of a loop of tools, which ends when the user speaks', async () => {
    const [realtime, peer] = await connected();
    const call = { type: 'function_call', call_id: 'c', name: 'look_up', arguments: '{}' };
    const tools = { status: 'completed', usage: USAGE, output: [call] };
    for (const [id, done] of [
      ['r1', tools],
      ['r2', tools],
      ['r3', undefined],
    ] as const) {
      const answered = nextEvent(realtime, 'response.done');
      peer.send(...responseEvents(id, done));
      await answered;
    }
    const again = nextEvent(realtime, 'response.done');
    peer.send({ type: 'input_audio_buffer.speech_started' }, ...responseEvents('r4', tools));
    await again;
    realtime.close();
    await live.flush();
    expect(live.sink.spans.map(({ attributes }) => attributes['costspan.loop.depth'])).toEqual([
      1, 2, 3, 1,
    ]);
  });

  it('estimates an answer whose connection breaks, and says so', async () => {
    const [realtime, peer] = await connected();
    const first = nextEvent(realtime, 'response.done');
    const delta = nextEvent(realtime, 'response.output_text.delta');
    realtime.on('error', () => undefined);
    peer.send(...responseEvents('resp_1'));
    await first;
    realtime.send({ type: 'response.create' });
    await peer.got('response.create');
    peer.send(
      { type: 'response.created', event_id: 'a', response: { id: 'resp_2' } },
      {
        type: 'response.output_text.delta',
        event_id: 'b',
        response_id: 'resp_2',
        delta: 'x'.repeat(400),
      },
    );
    await delta;
    peer.destroy();
    await closedSocket(realtime);
    await live.flush();
    const broken = live.sink.spans.find(
      ({ attributes }) => attributes['gen_ai.response.id'] === 'resp_2',
    );
    expect(broken?.attributes).toMatchObject({
      'error.type': 'connection_closed',
      'costspan.usage.source': 'estimated',
      // The context of the first answer is read again.
      'gen_ai.usage.input_tokens': 1150,
      'gen_ai.usage.output_tokens': 100,
    });
  });
});

async function closedSocket({ socket }: Realtime): Promise<void> {
  if (socket.readyState === 3) return;
  await new Promise<void>((resolve) => {
    socket.addEventListener('close', () => resolve());
  });
}
