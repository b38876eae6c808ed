import { once } from 'node:events';
import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { ws } from '../../instrumentation/websocket/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { responseEvents } from './support.ts';

const require = createRequire(import.meta.url);

let server: SocketServer;
let live: LivePipeline;

beforeAll(async () => {
  server = await startSocketServer(false);
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

/** A socket of a class that no hook has seen, as inside a bundle. */
const SOCKETS = {
  ws: () => new (require('ws') as typeof Ws).WebSocket(url()),
  'the WebSocket of Node': () => new WebSocket(url()),
  'a client that holds one': () => ({ socket: new WebSocket(url()) }),
} as const;

it.each(Object.entries(SOCKETS))('instrument() watches %s', async (_, make) => {
  const client = make();
  const socket = ('socket' in client ? client.socket : client) as EventTarget & Ws.WebSocket;
  expect(ws.instrumentClient(client)).toBe(true);
  await once(socket, 'open');
  const peer = await server.peer();
  const done = new Promise<void>((resolve) => {
    socket.addEventListener('message', (event: Event) => {
      if (String(Reflect.get(event, 'data')).includes('response.done')) resolve();
    });
  });
  socket.send('{"type":"response.create"}');
  await peer.got('response.create');
  peer.send(...responseEvents('resp_1'));
  await done;
  socket.close();
  await peer.until(({ closed }) => closed);
  await live.flush();
  expect(live.sink.metricValue('costspan.calls')).toBe(1);
  expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.018_4, 9);
});

it('leaves what is no socket to other instrumentations', () => {
  expect(ws.instrumentClient({ chat: {} })).toBe(false);
  expect(ws.instrumentClient({ socket: new EventTarget() })).toBe(false);
});
