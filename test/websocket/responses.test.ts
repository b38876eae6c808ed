import process from 'node:process';
import OpenAI from 'openai';
import { ResponsesWS } from 'openai/resources/responses/ws';
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

const USAGE = {
  input_tokens: 1000,
  input_tokens_details: { cached_tokens: 400 },
  output_tokens: 200,
  output_tokens_details: { reasoning_tokens: 50 },
  total_tokens: 1200,
};

const REQUEST = { type: 'response.create', model: 'gpt-5', input: 'Why?' } as const;

function created(id: string, lane = {}): Message {
  const response = { id, model: 'gpt-5', status: 'in_progress', output: [] };
  return { type: 'response.created', sequence_number: 0, response, ...lane };
}

function delta(text: string, lane = {}): Message {
  return {
    type: 'response.output_text.delta',
    item_id: 'i',
    output_index: 0,
    content_index: 0,
    delta: text,
    ...lane,
  };
}

function completed(id: string, more: Message = {}, lane = {}): Message {
  const response = { id, model: 'gpt-5', status: 'completed', output: [], usage: USAGE, ...more };
  return { type: `response.${response.status}`, sequence_number: 9, response, ...lane };
}

async function connect(): Promise<readonly [ResponsesWS, Peer]> {
  const responses = new ResponsesWS(client);
  await new Promise((resolve) => {
    responses.socket.on('open', () => resolve(undefined));
  });
  return [responses, await server.peer()];
}

/** Settles when the SDK has told of so many ends of answers. */
async function ended(responses: ResponsesWS, count: number): Promise<void> {
  let left = count;
  await new Promise<void>((resolve) => {
    responses.on('event', ({ type }) => {
      if (/^(?:response\.(?:completed|incomplete|failed)|error)$/.test(type)) left -= 1;
      if (left === 0) resolve();
    });
  });
}

describe('the Responses API over a WebSocket', () => {
  it('books each answer, one after the other, to whoever asked', async () => {
    const [responses, peer] = await connect();
    const both = ended(responses, 2);
    withAttribution({ team: 'a' }, () => responses.send(REQUEST));
    const call = { type: 'function_call', call_id: 'c', name: 'look_up', arguments: '{}' } as const;
    withAttribution({ team: 'b' }, () =>
      responses.send({
        ...REQUEST,
        previous_response_id: 'r1',
        input: [{ type: 'function_call_output', call_id: 'c', output: 'Because.' }],
      }),
    );
    await peer.got('response.create', 2);
    peer.send(
      created('r1'),
      delta('Be'),
      completed('r1', { output: [call] }),
      created('r2'),
      delta('Because.'),
      completed('r2', {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
    );
    await both;
    responses.close();
    await live.flush();
    expect(live.sink.spans).toHaveLength(2);
    const [first, second] = live.sink.spans.map(({ attributes }) => attributes);
    expect(first).toMatchObject({
      'gen_ai.response.id': 'r1',
      'openai.api.type': 'responses',
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'costspan.team': 'a',
      'costspan.loop.depth': 1,
    });
    expect(second).toMatchObject({
      'gen_ai.response.id': 'r2',
      'gen_ai.request.previous_response.id': 'r1',
      'gen_ai.response.finish_reasons': ['length'],
      'costspan.team': 'b',
    });
    // (600 · 1.25 + 400 · 0.125 + 200 · 10) / 1e6
    for (const span of [first, second]) {
      expect(span?.['gen_ai.usage.cost.amount']).toBeCloseTo(0.002_8, 9);
    }
  });

  it('keeps lanes apart, whose events come mixed', async () => {
    const [responses, peer] = await connect();
    const both = ended(responses, 2);
    const lanes = [{ stream_id: 'left' }, { stream_id: 'right' }] as const;
    for (const lane of lanes) responses.send({ ...REQUEST, ...lane });
    await peer.got('response.create', 2);
    const [left, right] = lanes;
    peer.send(
      created('r_right', right),
      created('r_left', left),
      delta('x', right),
      completed('r_left', { usage: { ...USAGE, output_tokens: 300, total_tokens: 1300 } }, left),
      completed('r_right', {}, right),
    );
    await both;
    responses.close();
    await live.flush();
    const tokens = live.sink.spans.map(({ attributes }) => [
      attributes['gen_ai.response.id'],
      attributes['gen_ai.usage.output_tokens'],
    ]);
    expect(tokens).toEqual([
      ['r_left', 300],
      ['r_right', 200],
    ]);
  });

  it('takes a refusal for a call without cost, and estimates what breaks off', async () => {
    const [responses, peer] = await connect();
    responses.on('error', () => undefined);
    const refused = ended(responses, 1);
    responses.send(REQUEST);
    await peer.got('response.create');
    peer.send({
      type: 'error',
      status: 400,
      error: { type: 'invalid_request_error', code: 'previous_response_not_found', message: 'm' },
    });
    await refused;
    responses.send({ ...REQUEST, input: 'y'.repeat(400) });
    await peer.got('response.create', 2);
    const told = new Promise((resolve) => {
      responses.on('response.output_text.delta', resolve);
    });
    peer.send(created('r2'), delta('x'.repeat(40)));
    await told;
    const closed = new Promise((resolve) => {
      responses.on('close', resolve);
    });
    peer.destroy();
    await closed;
    await live.flush();
    const [refusal, broken] = live.sink.spans.map(({ attributes }) => attributes);
    expect(refusal).toMatchObject({ 'error.type': 'previous_response_not_found' });
    expect(refusal).not.toHaveProperty('gen_ai.usage.cost.amount');
    expect(broken).toMatchObject({
      'gen_ai.response.id': 'r2',
      'error.type': 'connection_closed',
      'costspan.usage.source': 'estimated',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
    });
  });
});
