import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from 'redis';
import { redisStore } from '../../processor/governance/budgets/stores/redis/redis-store.ts';
import { SqliteStore } from '../../processor/governance/budgets/stores/sqlite/sqlite-store.ts';
import type { BudgetStore } from '../../processor/governance/budgets/stores/store.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { requireProgram } from '../support/programs.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { startChild, type RunningChild, tempApp, type TempApp } from '../support/run-child.ts';

const PROGRAM = fileURLToPath(new URL('./background-app.ts', import.meta.url));
const redisProgram = requireProgram('redis-server');

let provider: ProviderServer;
let sink: OtlpSink;
let app: TempApp;
beforeAll(async () => {
  provider = await startProviderServer();
});
afterAll(() => provider.close());
beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(async () => {
  await sink.close();
  app.remove();
});

function start(...args: readonly string[]): RunningChild {
  return startChild(PROGRAM, {
    args,
    env: {
      OPENAI_BASE_URL: provider.openaiUrl,
      COSTSPAN_CONFIG: `${app.path}/costspan.json`,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
    signal: AbortSignal.timeout(60_000),
  });
}

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await start(...args).done;
  if (stdout === '') throw new Error(stderr);
  return stdout.trim();
}

function configure(store: string): void {
  const budget = { id: 'all', limitUsd: 100, period: 'month', timezone: 'UTC', mode: 'hard' };
  app = tempApp({
    'costspan.json': JSON.stringify({ budgets: [budget], store, ledger: { mode: 'off' } }),
  });
}

/** Whole nano-USD, at the price list: $1.25 and $10 a million. */
function nanosOf(text: string): number {
  const usage = JSON.parse(text) as { input_tokens: number; output_tokens: number };
  return usage.input_tokens * 1_250 + usage.output_tokens * 10_000;
}

function nanos(team: string): number {
  const usd = sink.metricValue('costspan.cost.usd', { 'costspan.team': team }) ?? 0;
  return Math.round(usd * 1e9);
}

async function figuresOf(store: BudgetStore): Promise<object> {
  const period = new Date().toISOString().slice(0, 7);
  const [status] = await store.status([{ budget: 'all', split: '', period }], Date.now());
  await store.close();
  return { held: status?.held, committed: status?.committed };
}

function cases(storeUrl: () => string, open: () => Promise<BudgetStore>): void {
  it('books what another process reads, once, for who began it and in its budgets', async () => {
    configure(storeUrl());
    const beginner = start('begin', 'research', 'stay');
    await beginner.printed('resp_');
    const [id = ''] = /resp_\w+/.exec(beginner.output()) ?? [];
    const usage = await run('read', 'web', id);
    await run('read', 'web', id);
    beginner.process.kill('SIGTERM');
    await beginner.done;
    expect({ research: nanos('research'), web: nanos('web') }).toEqual({
      research: nanosOf(usage),
      web: 0,
    });
    expect(sink.metricValue('costspan.calls')).toBe(1);
    const state = (value: string) =>
      sink.metricValue('costspan.background.responses', { 'costspan.background.state': value });
    expect([state('begun'), state('booked'), state('unknown')]).toEqual([1, 1, undefined]);
    const priced = sink.spans.filter(
      ({ attributes }) => attributes['gen_ai.usage.cost.amount'] !== undefined,
    );
    const begun = sink.spans.find(({ name }) => name === 'chat gpt-5');
    expect(priced.map(({ attributes }) => attributes)).toMatchObject([
      {
        'costspan.team': 'research',
        'costspan.workflow': 'research-work',
        'costspan.run.id': begun?.attributes['costspan.run.id'],
      },
    ]);
    expect(await figuresOf(await open())).toEqual({ held: 0, committed: nanosOf(usage) });
  }, 90_000);

  it('books once what several processes ask for at one time, also when its beginner is gone', async () => {
    configure(storeUrl());
    const id = await run('begin', 'research');
    const usages = await Promise.all(['web', 'mail', 'batch'].map((team) => run('read', team, id)));
    expect(sink.metricValue('costspan.calls')).toBe(1);
    expect(nanos('research')).toBe(nanosOf(usages[0] ?? ''));
    expect(nanos('web') + nanos('mail') + nanos('batch')).toBe(0);
  }, 90_000);
}

describe('background responses of a fleet that shares SQLite', () => {
  cases(
    () => 'sqlite:./budgets.db',
    () => SqliteStore.open(join(app.path, 'budgets.db')),
  );
});

describe.skipIf(redisProgram === undefined)('background responses of a fleet in Redis', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedisServer(redisProgram ?? '');
  });
  afterEach(() => server.stop());
  cases(
    () => server.url,
    async () => {
      const client = createClient({ url: server.url });
      await client.connect();
      const store = redisStore(client);
      return Object.assign(store, { close: () => client.close() });
    },
  );
});

describe('background responses of processes that share no store', () => {
  it('are booked by the process that began them alone', async () => {
    configure('memory');
    const id = await run('begin', 'research');
    await run('read', 'web', id);
    expect(nanos('research') + nanos('web')).toBe(0);
    const states = { 'costspan.background.state': 'unknown' };
    expect(sink.metricValue('costspan.background.responses', states)).toBe(1);
  }, 60_000);
});
