import process from 'node:process';
import OpenAI from 'openai';
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import { watchGlobalWebSocket } from '../../instrumentation/websocket/global-class.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import type { BudgetConfig } from '../../processor/governance/config/index.ts';
import { decidingLater, NO_LEDGER, resolveBudgets } from '../budgets/support.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type Peer, type SocketServer, startSocketServer } from '../support/socket-server.ts';
import { nextEvent, opened, type Realtime, responseEvents, watchWs } from './support.ts';

const CLASSES = { ws: OpenAIRealtimeWS, 'the WebSocket of Node': OpenAIRealtimeWebSocket };
const AUDIO = { type: 'input_audio_buffer.append', audio: 'AAAA'.repeat(100) } as const;

let server: SocketServer;
let live: LivePipeline;
let client: OpenAI;

beforeAll(async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  server = await startSocketServer();
  client = new OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1` });
  watchWs();
  watchGlobalWebSocket();
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

async function budget(config: Partial<BudgetConfig>): Promise<void> {
  const budgets = resolveBudgets({
    id: 'one',
    limitCalls: 1,
    period: 'day',
    mode: 'hard',
    ...config,
  });
  live.pipeline.governance.budgets.configure(
    { budgets, store: 'memory', ledger: NO_LEDGER },
    () => undefined,
  );
  await live.pipeline.governance.budgets.opening();
}

function pause(team: string | undefined): void {
  const paused = team === undefined ? [] : [{ team, reason: 'costs', until: '2099-01-01' }];
  live.pipeline.governance.control.configure({ paused: paused, allowedModels: [] });
}

const held = (): number | undefined => live.sink.metricValue('costspan.budget.held.calls');

async function answer(realtime: Realtime, peer: Peer, id: string): Promise<void> {
  const done = nextEvent(realtime, 'response.done');
  peer.send(...responseEvents(id));
  await done;
}

describe.each(Object.entries(CLASSES))('a Realtime session by %s', (kind, Class) => {
  const connect = (): Realtime =>
    new Class({ model: 'gpt-realtime' }, client) as unknown as Realtime;

  async function connected(): Promise<readonly [Realtime, Peer, unknown[]]> {
    const realtime = connect();
    const errors: unknown[] = [];
    realtime.on('error', (error: unknown) => {
      errors.push(error);
    });
    await opened(realtime.socket);
    return [realtime, await server.peer(), errors];
  }

  it.each(['at once', 'later'])('refuses what the budget has no room for, %s', async (when) => {
    await budget({});
    if (when === 'later') setCallObserver(decidingLater(live.pipeline.calls));
    const [realtime, peer, errors] = await connected();
    realtime.send({ type: 'response.create', event_id: 'first' });
    await peer.got('response.create');
    await answer(realtime, peer, 'resp_1');

    const refused = nextEvent(realtime, 'error');
    realtime.send({ type: 'response.create', event_id: 'second' });
    realtime.send({ type: 'session.update', session: { type: 'realtime' } });
    await refused;
    // What comes after it goes out as before.
    await peer.got('session.update');
    expect(peer.received.map(({ type }) => type)).toEqual(['response.create', 'session.update']);
    expect(errors).toMatchObject([{ cause: { name: 'BudgetExceededError', budget: 'one' } }]);
    realtime.close();
    await peer.until(({ closed }) => closed);
    await live.flush();
    expect(held()).toBe(0);
    expect(live.sink.metricValue('costspan.budget.spent.calls')).toBe(1);
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'blocked' })).toBe(1);
  });

  it('opens nothing for a team that is paused', async () => {
    pause('noisy');
    const refused = await withAttribution({ team: 'noisy' }, async () => {
      try {
        connect();
      } catch (error) {
        return error;
      }
      return undefined;
    });
    expect(refused).toMatchObject({ code: 'costspan_paused' });
    const [realtime] = await withAttribution({ team: 'quiet' }, connected);
    realtime.close();
    expect(server.asked).toBe(1);
    await live.flush();
    expect(live.sink.metricValue('costspan.calls', { 'costspan.team': 'noisy' })).toBe(1);
    expect(live.sink.metricValue('costspan.calls', { 'costspan.team': 'quiet' })).toBeUndefined();
  });

  it('says so by an error of the socket where that is decided later', async () => {
    await budget({ limitCalls: 0 });
    setCallObserver(decidingLater(live.pipeline.calls));
    const realtime = connect();
    const closed = new Promise((resolve) => {
      realtime.socket.addEventListener('close', resolve);
    });
    const error = await nextEvent(realtime, 'error');
    expect(error).toMatchObject({ cause: { name: 'BudgetExceededError' } });
    await closed;
    // Node's own class cannot wait, and closes again what it has opened.
    if (kind === 'ws') expect(server.asked).toBe(0);
    expect(server.peers.flatMap(({ received }) => received)).toEqual([]);
  });

  it('sends no more sound after an answer of the provider that a pause could not stop', async () => {
    const [realtime, peer, errors] = await withAttribution({ team: 'noisy' }, connected);
    realtime.send(AUDIO);
    await peer.got(AUDIO.type);
    pause('noisy');
    await answer(realtime, peer, 'resp_1');
    const refused = nextEvent(realtime, 'error');
    for (let frame = 0; frame < 50; frame += 1) realtime.send(AUDIO);
    await refused;
    realtime.send({ type: 'session.update' });
    await peer.got('session.update');
    expect(peer.received.map(({ type }) => type)).toEqual([AUDIO.type, 'session.update']);
    expect(errors).toMatchObject([{ cause: { code: 'costspan_paused' } }]);
    realtime.close();
    await live.flush();
    // The answer was made and is booked.
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(0.018_4, 9);
  });
});

it('holds the budget of a Responses connection', async () => {
  await budget({});
  const responses = new ResponsesWS(client);
  const errors: unknown[] = [];
  responses.on('error', (error) => {
    errors.push(error);
  });
  const peer = await server.peer();
  const request = { type: 'response.create', model: 'gpt-5', input: 'Hi' } as const;
  responses.send(request);
  await peer.got('response.create');
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  const response = { id: 'r1', model: 'gpt-5', status: 'completed', output: [], usage };
  const completed = new Promise((resolve) => {
    responses.on('response.completed', resolve);
  });
  peer.send(
    { type: 'response.created', response: { id: 'r1' } },
    { type: 'response.completed', response },
  );
  await completed;
  responses.send(request);
  responses.close();
  await peer.until(({ closed }) => closed);
  expect(peer.received).toHaveLength(1);
  expect(errors).toMatchObject([{ cause: { name: 'BudgetExceededError' } }]);
});
