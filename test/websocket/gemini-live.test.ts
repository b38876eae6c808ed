import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import {
  type Message,
  type Peer,
  type SocketServer,
  startSocketServer,
} from '../support/socket-server.ts';
import { watchWs } from './support.ts';

interface Session {
  sendClientContent(params: object): void;
  sendRealtimeInput(params: object): void;
  sendToolResponse(params: object): void;
  close(): void;
}
interface Client {
  readonly live: { connect(params: object): Promise<Session> };
}
type ClientClass = new (options: object) => Client;

const MODEL = 'gemini-3.1-flash-live-preview';
let server: SocketServer;
let live: LivePipeline;

beforeAll(async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  server = await startSocketServer();
  watchWs();
});
afterAll(async () => {
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  await server.close();
});
beforeEach(async () => {
  live = await startLivePipeline();
  server.greet = (peer) => {
    void peer
      .until(({ received }) => received.length > 0)
      .then(() => peer.send(bytes({ setupComplete: { sessionId: 'live_1' } })));
  };
});
afterEach(async () => {
  await live.stop();
  server.reset();
  expect(openCallCount()).toBe(0);
});

/** The provider sends its messages as bytes. */
function bytes(message: Message): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}

function text(words: string): Message {
  return { serverContent: { modelTurn: { parts: [{ text: words }] } } };
}

const SOUND = {
  serverContent: {
    modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm', data: 'AAAA'.repeat(1600) } }] },
  },
};
const COMPLETE = { serverContent: { turnComplete: true } };

function usage(prompt: number, response: number, sound = 0): Message {
  return {
    usageMetadata: {
      promptTokenCount: prompt,
      responseTokenCount: response,
      totalTokenCount: prompt + response,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: prompt - sound },
        { modality: 'AUDIO', tokenCount: sound },
      ],
      responseTokensDetails: [{ modality: 'AUDIO', tokenCount: response }],
    },
  };
}

const has = (peer: Peer, key: string, count = 1): Promise<void> =>
  peer.until(({ received }) => received.filter((each) => key in each).length >= count);

async function finish(session: Session, peer: Peer): Promise<void> {
  // What was sent before has been heard by then.
  session.close();
  await peer.until(({ closed }) => closed);
  await live.flush();
}

async function heardAll(peer: Peer, heard: readonly Message[], ...sent: readonly Message[]) {
  const before = heard.length;
  for (const message of sent) peer.send(bytes(message));
  await expect
    .poll(() => heard.length, { interval: 2 })
    .toBeGreaterThanOrEqual(before + sent.length);
}

describe.each(['genai1', 'genai2', '@google/genai'])('Gemini Live by %s', (specifier) => {
  let Client: ClientClass;

  beforeAll(async () => {
    Client = ((await import(specifier)) as { readonly GoogleGenAI: ClientClass }).GoogleGenAI;
  });

  async function connect(
    options: object = { apiKey: 'k' },
  ): Promise<readonly [Session, Peer, Message[]]> {
    const heard: Message[] = [];
    const client = new Client({ ...options, httpOptions: { baseUrl: server.url } });
    const session = await client.live.connect({
      model: MODEL,
      config: { responseModalities: ['AUDIO'] },
      callbacks: {
        onmessage: (message: Message) => {
          heard.push(JSON.parse(JSON.stringify(message)) as Message);
        },
        onerror: () => undefined,
        onclose: () => undefined,
      },
    });
    return [session, await server.peer(), heard];
  }

  it('books each turn at the prices of its modalities', async () => {
    const [session, peer, heard] = await withAttribution({ team: 'opener' }, () => connect());
    await withAttribution({ team: 'asker' }, async () => {
      session.sendClientContent({ turns: 'Why?', turnComplete: true });
      await has(peer, 'clientContent');
    });
    const first = [SOUND, SOUND, { ...COMPLETE, ...usage(100, 40, 60) }];
    await heardAll(peer, heard, ...first);
    // After speech, the provider begins by itself; its counts come in a message of their own.
    session.sendRealtimeInput({ audio: { data: 'AAAA', mimeType: 'audio/pcm' } });
    await has(peer, 'realtimeInput');
    await heardAll(
      peer,
      heard,
      SOUND,
      { serverContent: { interrupted: true } },
      COMPLETE,
      usage(160, 10),
    );
    await finish(session, peer);

    expect(heard.filter((message) => !('setupComplete' in message)).slice(0, 3)).toEqual(first);
    expect(live.sink.spans).toHaveLength(2);
    const [asked, begun] = live.sink.spans.map(({ attributes }) => attributes);
    expect(asked).toMatchObject({
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': MODEL,
      'gen_ai.conversation.id': 'live_1',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.response.finish_reasons': ['stop'],
      'costspan.team': 'asker',
    });
    // (40 text · 0.75 + 60 sound · 3 + 40 sound · 12) / 1e6
    expect(asked?.['gen_ai.usage.cost.amount']).toBeCloseTo(0.000_69, 9);
    expect(begun).toMatchObject({
      'costspan.team': 'opener',
      'gen_ai.usage.input_tokens': 160,
      'gen_ai.response.finish_reasons': ['interrupted'],
    });
  });

  it('takes the turn before tools and the one after for two where their usage says so', async () => {
    const [session, peer, heard] = await connect();
    const toolCall = { functionCalls: [{ id: 'f', name: 'look_up', args: { what: 'it' } }] };
    const answer = { functionResponses: [{ id: 'f', name: 'look_up', response: { it: 1 } }] };
    session.sendClientContent({ turns: 'Why?', turnComplete: true });
    await has(peer, 'clientContent');
    await heardAll(peer, heard, { toolCall, ...usage(50, 5) });
    session.sendToolResponse(answer);
    await has(peer, 'toolResponse');
    await heardAll(peer, heard, text('Because.'), { ...COMPLETE, ...usage(80, 9) });
    // The same without a count at the tools: that of the whole turn stands for all of it.
    session.sendClientContent({ turns: 'And?', turnComplete: true });
    await has(peer, 'clientContent', 2);
    await heardAll(peer, heard, { toolCall });
    session.sendToolResponse(answer);
    await has(peer, 'toolResponse', 2);
    await heardAll(peer, heard, text('So.'), { ...COMPLETE, ...usage(200, 20) });
    await finish(session, peer);
    const calls = live.sink.spans.map(({ attributes }) => [
      attributes['gen_ai.usage.input_tokens'],
      attributes['gen_ai.response.finish_reasons'],
      attributes['costspan.loop.depth'],
    ]);
    expect(calls).toEqual([
      [50, ['tool_calls'], 1],
      [80, ['stop'], 2],
      [200, ['tool_calls'], 1],
    ]);
  });

  it('estimates a turn that breaks off, and knows Vertex AI by its address', async () => {
    const [, peer, heard] = await connect({ vertexai: true, apiKey: 'k' });
    await heardAll(peer, heard, text('x'.repeat(80)));
    peer.destroy();
    await expect.poll(() => openCallCount()).toBe(0);
    await live.flush();
    expect(live.sink.spans).toHaveLength(1);
    expect(live.sink.spans[0]?.attributes).toMatchObject({
      'gen_ai.provider.name': 'gcp.vertex_ai',
      'gen_ai.request.model': MODEL,
      'error.type': 'connection_closed',
      'costspan.usage.source': 'estimated',
      'gen_ai.usage.output_tokens': 20,
    });
  });
});
