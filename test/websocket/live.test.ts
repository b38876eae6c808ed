import process from 'node:process';
import OpenAI from 'openai';
import { LiveWS } from 'openai/resources/live/ws';
import { SidebandWS } from 'openai/resources/live/sideband/ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type Message, type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { watchWs } from './support.ts';

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
  expect(openCallCount()).toBe(0);
});

const SESSION = { id: 'live_1', model: 'gpt-live-1', status: 'active' };

function used(seconds: number): Message {
  return { type: 'session.usage.updated', event_id: 'u', usage: { seconds } };
}

/** What the session has another model do. */
function delegated(id: string): Message[] {
  const response = { id, model: 'gpt-5', status: 'in_progress', output: [] };
  const usage = { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 };
  return [
    { type: 'response.created', response },
    { type: 'response.output_text.delta', delta: 'Because.' },
    { type: 'response.completed', response: { ...response, status: 'completed', usage } },
  ].map((event) => ({ type: 'response.event', event_id: 'd', delegation_id: 'del_1', event }));
}

async function openedOf(socket: { on(event: 'open', listener: () => void): unknown }) {
  await new Promise<void>((resolve) => {
    socket.on('open', resolve);
  });
}

describe('a session of the Live API of OpenAI', () => {
  it('books its sound by the second, and what it delegates, once', async () => {
    const primary = withAttribution({ team: 'voice' }, () => new LiveWS(client));
    await openedOf(primary.socket);
    const peer = await server.peer();
    const closed = new Promise((resolve) => {
      primary.on('session.closed', resolve);
    });
    const started = new Promise((resolve) => {
      primary.on('session.started', resolve);
    });
    primary.send({ type: 'session.start', session: { model: 'gpt-live-1' } });
    await peer.got('session.start');
    peer.send({ type: 'session.started', event_id: 's', session: SESSION });
    await started;
    // Another connection to the same session tells the same.
    const sideband = new SidebandWS(client, { session_id: 'live_1' });
    const mirror = await server.peer(1);
    const heard = new Promise((resolve) => {
      sideband.on('session.usage.updated', resolve);
    });
    mirror.send(...delegated('resp_1'), used(70));
    await heard;
    sideband.close();
    peer.send(used(20), used(70), used(70), ...delegated('resp_1'), used(75), {
      type: 'session.closed',
      event_id: 'c',
      reason: 'close_requested',
      session: SESSION,
      usage: { seconds: 80 },
    });
    await closed;
    primary.close();
    await peer.until((each) => each.closed);
    await live.flush();
    const calls = live.sink.spans.map(({ attributes }) => [
      attributes['gen_ai.request.model'],
      attributes['costspan.price.state'],
      attributes['costspan.team'],
    ]);
    expect(calls).toEqual([
      ['gpt-live-1', 'unpriced', 'voice'],
      ['gpt-5', 'priced', 'voice'],
      ['gpt-live-1', 'unpriced', 'voice'],
    ]);
    // (1000 · 1.25 + 100 · 10) / 1e6
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.002_25, 9);
  });
});
