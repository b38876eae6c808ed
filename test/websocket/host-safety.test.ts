import { once } from 'node:events';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import * as fc from 'fast-check';
import OpenAI, { AzureOpenAI } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { OpenAIRealtimeWS as BetaRealtimeWS } from 'openai/beta/realtime/ws';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallObserver } from '../../conventions/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { resetGuards } from '../../instrumentation/core/guard.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import { ws } from '../../instrumentation/websocket/index.ts';
import { BROKEN_OBSERVERS, QUIET } from '../contract/broken-observers.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type Message, type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { nextEvent, opened, type Realtime, responseEvents, USAGE, watchWs } from './support.ts';

let server: SocketServer;
let live: LivePipeline;
let client: OpenAI;

beforeAll(async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  server = await startSocketServer();
  client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
  watchWs();
});
afterAll(async () => {
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  await server.close();
});
beforeEach(async () => {
  live = await startLivePipeline();
});
afterEach(async () => {
  await live.stop();
  server.reset();
  resetGuards();
  expect(openCallCount()).toBe(0);
});

const address = (path = '/v1/realtime?model=gpt-realtime'): string =>
  server.url.replace('https', 'wss') + path;

async function socketTo(path?: string): Promise<WebSocket> {
  const socket = new WebSocket(address(path));
  await once(socket, 'open');
  return socket;
}

async function ended(socket: WebSocket): Promise<void> {
  socket.close();
  await once(socket, 'close');
}

describe('a watched socket', () => {
  it('has the listeners of the application and no others', async () => {
    const socket = new WebSocket(address());
    expect(socket.eventNames()).toEqual([]);
    await once(socket, 'open');
    socket.send('{"type":"response.create"}');
    expect(socket.eventNames()).toEqual([]);
    const plain = Object.getOwnPropertyNames(new WebSocket(address('/other')));
    expect(Object.getOwnPropertyNames(socket).toSorted()).toEqual(plain.toSorted());
    await ended(socket);
  });

  it('hands on no attribution that a propagator of the application wrote', async () => {
    const sent = [
      'a=1,costspan.team=voice, user.id=u;costspan ,b=costspan',
      'costspan.team=voice',
      'a=1',
    ];
    for (const [index, baggage] of sent.entries()) {
      const socket = new WebSocket(address(), { headers: { baggage } });
      await once(socket, 'open');
      const peer = await server.peer(index);
      expect(peer.baggage).toBe(['a=1,b=costspan', undefined, 'a=1'][index]);
      await ended(socket);
    }
  });

  it('throws, calls back and emits as ever', async () => {
    const socket = new WebSocket(address());
    // Before it is open.
    expect(() => socket.send('{"type":"response.create"}')).toThrow(/CONNECTING/);
    await once(socket, 'open');
    const written = await new Promise((resolve) => {
      socket.send('{"type":"response.create"}', resolve);
    });
    expect(written ?? undefined).toBeUndefined();
    await ended(socket);
    const late = await new Promise((resolve) => {
      socket.send('{"type":"response.create"}', resolve);
    });
    expect(late).toMatchObject({ message: expect.stringContaining('not open') });
    // An error that nobody listens for is thrown.
    expect(() => socket.emit('error', new Error('of the host'))).toThrow('of the host');
    const failing = new WebSocket('wss://127.0.0.1:1/v1/realtime?model=gpt-realtime');
    const [error] = (await once(failing, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(() => new WebSocket('nonsense')).toThrow(SyntaxError);
  });

  it('is one call an answer where two clients hold it, and where ids repeat in other sessions', async () => {
    for (let index = 0; index < 2; index += 1) {
      const realtime = new OpenAIRealtimeWS(
        { model: 'gpt-realtime' },
        client,
      ) as unknown as Realtime;
      await opened(realtime.socket);
      ws.instrumentClient(realtime);
      ws.instrumentClient(realtime.socket);
      const peer = await server.peer(index);
      const done = nextEvent(realtime, 'response.done');
      peer.send(...responseEvents('resp_1'));
      await done;
      realtime.close();
      await peer.until(({ closed }) => closed);
    }
    await live.flush();
    expect(live.sink.spans).toHaveLength(2);
    expect(live.sink.metricValue('costspan.calls')).toBe(2);
  });

  it('books an answer that is told twice once', async () => {
    const socket = await socketTo();
    const peer = await server.peer();
    const events = responseEvents('resp_1');
    let heard = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('message', () => {
        heard += 1;
        if (heard === events.length + 1) resolve();
      });
    });
    peer.send(...events, events.at(-1)!);
    await all;
    await ended(socket);
    await live.flush();
    expect(live.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('is an answer of Azure OpenAI by its path, whatever the host', async () => {
    const options = { apiKey: 'k', endpoint: server.url, deployment: 'gpt-realtime' };
    const azure = new AzureOpenAI({ ...options, apiVersion: '2025-08-28' });
    for (const [index, Class] of [OpenAIRealtimeWS, BetaRealtimeWS].entries()) {
      const realtime = (await Class.azure(azure)) as unknown as Realtime;
      await opened(realtime.socket);
      const peer = await server.peer(index);
      const done = nextEvent(realtime, 'response.done');
      peer.send(...responseEvents(`resp_${index}`));
      await done;
      realtime.close();
      await peer.until(({ closed }) => closed);
    }
    await live.flush();
    const told = live.sink.spans.map(({ attributes }) => [
      attributes['gen_ai.provider.name'],
      attributes['gen_ai.request.model'],
    ]);
    expect(told).toEqual([
      ['azure.ai.openai', 'gpt-realtime'],
      ['azure.ai.openai', 'gpt-realtime'],
    ]);
  });

  it.each(BROKEN_OBSERVERS)('works when %s', async (_, broken: Partial<CallObserver>) => {
    const { admit = () => undefined } = broken;
    setCallObserver({ ...QUIET, ...broken, admitConnection: admit });
    const socket = await socketTo();
    const peer = await server.peer();
    const events = responseEvents('resp_1');
    const heard: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        heard.push(JSON.parse(data.toString()));
        if (heard.length === events.length) resolve();
      });
    });
    socket.send('{"type":"response.create"}');
    await peer.got('response.create');
    peer.send(...events);
    await all;
    await ended(socket);
    expect(heard).toEqual(events);
  });

  it('is unharmed by messages of any content, which arrive as they are and in order', async () => {
    const socket = await socketTo();
    const peer = await server.peer();
    const word = fc.constantFrom(
      'response.create',
      'response.created',
      'response.done',
      'response.output_audio.delta',
      'session.updated',
      'error',
      'input_audio_buffer.append',
      'conversation.item.input_audio_transcription.completed',
    );
    const message = fc.record(
      {
        type: fc.oneof(word, fc.jsonValue()),
        response: fc.jsonValue(),
        response_id: fc.jsonValue(),
        session: fc.jsonValue(),
        error: fc.jsonValue(),
        usage: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (messages) => {
      const json = messages.map((each) => JSON.parse(JSON.stringify(each)) as Message);
      const before = peer.received.length;
      const heard: unknown[] = [];
      const listener = (data: Buffer): void => {
        heard.push(JSON.parse(data.toString()));
      };
      socket.on('message', listener);
      for (const each of json) socket.send(JSON.stringify(each));
      await peer.until(({ received }) => received.length === before + json.length);
      peer.send(...json, { end: true });
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (heard.length <= json.length) return;
          socket.off('message', look);
          resolve();
        };
        socket.on('message', look);
      });
      socket.off('message', listener);
      expect(peer.received.slice(before)).toEqual(json);
      expect(heard).toEqual([...json, { end: true }]);
    });
    await fc.assert(property, { numRuns: 60 });
    await ended(socket);
    await peer.until(({ closed }) => closed);
    await live.flush();
    expect(live.sink.metrics.get('costspan.internal.errors')).toBeUndefined();
  });

  it('estimates an answer that its server did not count', async () => {
    const socket = await socketTo();
    const peer = await server.peer();
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (data.includes('response.done')) resolve();
      });
    });
    peer.send(...responseEvents('resp_1', { status: 'completed', usage: null }));
    await done;
    await ended(socket);
    await live.flush();
    const [span] = live.sink.spans;
    expect(span?.attributes['costspan.usage.source']).toBe('estimated');
    expect(Number(span?.attributes['gen_ai.usage.audio.output_tokens'])).toBeGreaterThan(0);
  });

  it('keeps nothing of ten thousand answers', async () => {
    const socket = await socketTo();
    const peer = await server.peer();
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- of this test alone
    const answers = async (count: number, from: number): Promise<void> => {
      let left = count;
      const all = new Promise<void>((resolve) => {
        const listener = (data: Buffer): void => {
          if (data.includes('"response.done"')) left -= 1;
          if (left > 0) return;
          socket.off('message', listener);
          resolve();
        };
        socket.on('message', listener);
      });
      for (let index = 0; index < count; index += 1) {
        const id = `resp_${from + index}`;
        socket.send('{"type":"response.create"}');
        peer.send(
          { type: 'response.created', response: { id } },
          {
            type: 'response.done',
            response: { id, status: 'completed', output: [], usage: USAGE },
          },
        );
        // Answers come to what was asked.
        if (index % 50 === 0) await peer.got('response.create', 1);
      }
      await all;
      peer.received.length = 0;
    };
    // Else spans are kept until they are sent.
    trace.disable();
    setCallObserver(QUIET);
    await answers(2_000, 0);
    const before = heapUsed();
    await answers(10_000, 2_000);
    // An id of each alone would come to more.
    expect(heapUsed() - before).toBeLessThan(400_000);
    expect(openCallCount()).toBeLessThan(64);
    await ended(socket);
    await peer.until(({ closed }) => closed);
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
