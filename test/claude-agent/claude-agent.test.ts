import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { claudeAgent } from '../../instrumentation/claude-agent/index.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import type { SinkSpan } from '../support/otlp-sink.ts';

/** The SDK itself brings a program of 200 MB, so a stand-in writes what that program would. */
const STAND_IN = fileURLToPath(new URL('stand-in.mjs', import.meta.url));
const FORMAT = ['--output-format', 'stream-json', '--verbose', '--input-format', 'stream-json'];
const SONNET = 'claude-sonnet-4-5-20250929';
const HAIKU = 'claude-haiku-4-5-20251001';

let sessions = 0;

function used(times: number, more: object = {}): object {
  return {
    inputTokens: 100 * times,
    outputTokens: 50 * times,
    thinkingTokens: 20 * times,
    cacheReadInputTokens: 1000 * times,
    cacheCreationInputTokens: 300 * times,
    cacheCreationEphemeral1hInputTokens: 200 * times,
    webSearchRequests: 0,
    costUSD: 0.5 * times,
    canonicalModel: 'claude-sonnet-4-5',
    provider: 'firstParty',
    costBasis: 'list',
    ...more,
  };
}

function assistant(id: string, content: readonly object[] = []): object {
  const usage = { input_tokens: 40, output_tokens: 1, cache_read_input_tokens: 500 };
  const message = { id, model: SONNET, role: 'assistant', content, usage };
  return { type: 'assistant', message, parent_tool_use_id: null };
}

function result(session: string, modelUsage: object, more: object = {}): object {
  return {
    type: 'result',
    subtype: 'success',
    session_id: session,
    is_error: false,
    duration_ms: 30,
    num_turns: 3,
    total_cost_usd: 0.5,
    usage: { input_tokens: 7, output_tokens: 5 },
    modelUsage,
    ...more,
  };
}

/** Reads the process as the SDK does; gives the types of the messages. */
async function run(
  turns: readonly (readonly object[])[],
  args: readonly string[] = [],
  lines: readonly string[] = turns.map((_, index) => `turn ${index}`),
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [STAND_IN, ...FORMAT, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TURNS: JSON.stringify(turns) },
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const types: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    types.push((JSON.parse(line) as { type: string }).type);
  }
  await closed;
  return types;
}

describe('the Claude Agent SDK', () => {
  let live: LivePipeline;
  let session: string;

  beforeAll(() => {
    const loaded = { version: '0.3.332', path: '', format: 'esm', moduleExports: {} } as const;
    const { packageName } = claudeAgent;
    expect(claudeAgent.patch({ packageName, ...loaded }).patched).toEqual(['child_process']);
  });
  beforeEach(async () => {
    live = await startLivePipeline();
    session = `session-${++sessions}`;
  });
  afterEach(async () => {
    await live.stop();
    expect(openCallCount()).toBe(0);
  });

  async function spans(): Promise<Record<'calls' | 'agents', readonly SinkSpan[]>> {
    await live.flush();
    const { spans: all } = live.sink;
    return {
      calls: all.filter(({ scope }) => scope.name === 'costspan'),
      agents: all.filter(({ scope }) => scope.name === 'costspan/structure'),
    };
  }

  it('books a turn by what its result says, for whom the process was started', async () => {
    const tool = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} };
    const turn = [assistant('msg_1', [tool]), result(session, { [SONNET]: used(1) })];
    const types = await withAttribution({ team: 'support' }, () => run([turn]));
    expect(types).toEqual(['assistant', 'result']);
    const { calls, agents } = await spans();
    expect(agents.map(({ name }) => name)).toEqual(['invoke_agent']);
    expect(agents[0]?.attributes).toMatchObject({
      'gen_ai.conversation.id': session,
      'costspan.run.cost.amount': 0.5,
      'costspan.run.tool_calls': 1,
      'costspan.run.max_loop_depth': 3,
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.parentSpanId).toBe(agents[0]?.spanId);
    expect(calls[0]?.attributes).toMatchObject({
      'costspan.team': 'support',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': SONNET,
      'gen_ai.response.model': 'claude-sonnet-4-5',
      'gen_ai.usage.input_tokens': 1400,
      'gen_ai.usage.cache_read.input_tokens': 1000,
      'gen_ai.usage.cache_write.input_tokens': 300,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.reasoning.output_tokens': 20,
      'gen_ai.usage.cost.amount': 0.5,
      'gen_ai.usage.cost.source': 'provider',
      'costspan.loop.depth': 3,
    });
    expect(live.sink.metricValue('costspan.internal.errors')).toBeUndefined();
  });

  it('books each turn of a session once, though its totals go on', async () => {
    await run([
      [result(session, { [SONNET]: used(1) })],
      [result(session, { [SONNET]: used(3), [HAIKU]: used(1, { costUSD: 0.1 }) })],
    ]);
    const { calls, agents } = await spans();
    expect(agents).toHaveLength(2);
    const costs = calls.map(({ attributes }) => attributes['gen_ai.usage.cost.amount']);
    expect(costs).toEqual([0.5, 1, 0.1].map((usd) => expect.closeTo(usd, 9) as number));
    expect(live.sink.metricValue('costspan.cost.usd')).toBeCloseTo(1.6, 9);
  });

  it('begins anew where the session was cleared', async () => {
    await run([[result(session, { [SONNET]: used(3) })], [result(session, { [SONNET]: used(1) })]]);
    expect(live.sink.metricValue('costspan.cost.usd') ?? (await flushed())).toBeCloseTo(2, 9);
  });

  async function flushed(): Promise<number | undefined> {
    await live.flush();
    return live.sink.metricValue('costspan.cost.usd');
  }

  it('goes on from a session that it has seen, and takes no totals of one that it has not', async () => {
    await run([[result(session, { [SONNET]: used(1) })]]);
    const resumed = [result(session, { [SONNET]: used(2) })];
    await run([resumed], ['--resume', session]);
    expect(await flushed()).toBeCloseTo(1, 9);
    live.sink.clear();
    const turn = [assistant('msg_2'), result('elsewhere', { [SONNET]: used(50) })];
    await run([turn], ['--resume=elsewhere']);
    const { calls } = await spans();
    expect(calls.map(({ attributes }) => attributes)).toMatchObject([
      { 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.output_tokens': 5 },
    ]);
  });

  it('tells a turn that failed', async () => {
    const failed = { is_error: true, subtype: 'error_max_turns' };
    await run([[result(session, { [SONNET]: used(1) }, failed)]]);
    const { calls, agents } = await spans();
    expect(calls[0]?.attributes['error.type']).toBe('error_max_turns');
    expect(agents[0]?.status.code).toBe('error');
  });

  it('estimates a turn whose process died', async () => {
    const turn = [assistant('msg_1'), assistant('msg_1'), assistant('msg_2')];
    await run([turn], [], ['turn 0', 'crash']);
    await live.sink.waitFor(async () => (await spans()).calls.length > 0);
    const { calls } = await spans();
    expect(calls[0]?.attributes).toMatchObject({
      // Two messages, one of them told twice.
      'gen_ai.usage.input_tokens': 1080,
      'costspan.usage.source': 'estimated',
    });
    expect(live.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(1);
  });

  it('takes its own price where the process had none', async () => {
    await run([[result(session, { [SONNET]: used(1, { costBasis: 'unknown' }) })]]);
    const { calls } = await spans();
    expect(calls[0]?.attributes['gen_ai.usage.cost.source']).toBe('local');
  });

  it('looks at no other process, and at none while nobody hears of calls', async () => {
    const child = spawn(process.execPath, ['-e', `console.log('{"type":"result"}')`]);
    await new Promise((resolve) => child.once('close', resolve));
    setCallObserver(undefined);
    await run([[result(session, { [SONNET]: used(1) })]]);
    const { calls, agents } = await spans();
    expect([...calls, ...agents]).toEqual([]);
  });
});
