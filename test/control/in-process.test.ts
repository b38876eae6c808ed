import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logs } from '@opentelemetry/api';
import OpenAI from 'openai';
import * as openaiModule from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  BudgetExceededError,
  overrideBudget,
  PausedError,
  pauseCalls,
  resumeCalls,
  withAttribution,
} from '../../index.ts';
import type { ResolvedConfig } from '../../processor/governance/config/index.ts';
import { type LedgerRow, readLedger } from '../../processor/governance/ledger/index.ts';
import { resolveBudgets } from '../budgets/support.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

let live: LivePipeline;
let provider: ProviderServer;
let openai: OpenAI;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-ledger-'));
  live = await startLivePipeline();
  watchCopy('openai', 'openai', openaiModule);
  provider = await startProviderServer();
  openai = new OpenAI({ apiKey: 'sk-test', baseURL: provider.openaiUrl, maxRetries: 2 });
});
afterEach(async () => {
  live.pipeline.governance.ledger.configure(ledger('off'));
  await provider.close();
  await live.stop();
  logs.disable();
  rmSync(folder, { recursive: true, force: true });
});

function ledger(mode: 'off' | 'file' | 'events'): ResolvedConfig['ledger'] {
  return { mode, folder, maxSegmentMb: 1, maxTotalMb: 10, keepDays: 10 };
}

function ask(content = 'hi'): Promise<unknown> {
  return withAttribution({ team: 'labs', workflow: 'evals', userId: 'u-17' }, () =>
    openai.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] }),
  );
}

async function readRows(): Promise<readonly LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for await (const row of readLedger(folder)) rows.push(row);
  return rows;
}

const by = { actor: 'ann', reason: 'launch' };

describe('pauseCalls and resumeCalls', () => {
  it('act at once in the process that calls them, without any budget', async () => {
    const pause = await pauseCalls({ workflow: 'evals' }, by);
    await expect(ask()).rejects.toBeInstanceOf(PausedError);
    await pause.resume(by);
    await ask();
    await pauseCalls({ team: 'labs' }, by);
    await expect(ask()).rejects.toMatchObject({ scope: { team: 'labs' }, actor: 'ann' });
    expect(await resumeCalls({ team: 'labs' }, by)).toBe(1);
    expect(await resumeCalls({ team: 'labs' }, by)).toBe(0);
    await ask();
    expect(provider.bill.calls).toBe(2);
  });

  it.each([
    [{}, by, /say what is meant/],
    [{ workflow: '' }, by, /workflow must be text/],
    [{ workflow: 'x' }, { ...by, actor: '' }, /actor must be text/],
    [{ workflow: 'x' }, { ...by, reason: 'line\nbreak' }, /control characters/],
    [{ workflow: 'x' }, { ...by, until: new Date(0) }, /a time to come/],
  ])('refuse %j by %j', async (scope, options, message) => {
    await expect(pauseCalls(scope, options)).rejects.toThrow(message);
  });
});

describe('overrideBudget', () => {
  it('lets a budget spend more, and every call it lets pass says so', async () => {
    live.pipeline.governance.ledger.configure(ledger('file'));
    const budgets = resolveBudgets({
      id: 'evals',
      match: { workflow: 'evals' },
      limitCalls: 2,
      period: 'month',
      mode: 'hard',
    });
    live.pipeline.governance.budgets.configure(
      { budgets, store: 'memory', ledger: ledger('off') },
      () => undefined,
    );
    await ask();
    await ask();
    await expect(ask()).rejects.toBeInstanceOf(BudgetExceededError);
    await expect(overrideBudget('none', { ...by, extra: 1 })).rejects.toThrow(/no budget none/);
    const id = await overrideBudget('evals', { ...by, extra: 1, ticket: 'T-1' });
    await ask('a secret prompt');
    await expect(ask()).rejects.toBeInstanceOf(BudgetExceededError);
    await live.flush();
    const decisions = live.sink.spans.map(
      ({ attributes }) => attributes['costspan.budget.decision'],
    );
    expect(decisions.filter((decision) => decision === 'override')).toHaveLength(1);

    await expect.poll(readRows).toHaveLength(3);
    const rows = await readRows();
    expect(rows.map((row) => row.override)).toEqual([undefined, undefined, id]);
    expect(rows[2]).toMatchObject({
      outcome: 'ok',
      provider: 'openai',
      requestModel: 'gpt-4o',
      responseModel: 'gpt-4o-2024-08-06',
      usageSource: 'provider',
      priceState: 'priced',
      cost: { totalNanos: expect.any(Number), source: 'local' },
      attribution: { team: 'labs', workflow: 'evals', userId: 'u-17' },
      sources: { team: 'code' },
      decision: 'override',
      charges: [{ budget: 'evals', amount: 1, unit: 'calls' }],
    });
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(text.join('')).not.toContain('secret');
  });
});

describe('a ledger of events', () => {
  it('emits each booked call with its whole row, and the user in the row alone', async () => {
    const emitted: Record<string, unknown>[] = [];
    const emit = (record: object): void => void emitted.push({ ...record });
    logs.setGlobalLoggerProvider({
      getLogger: () => ({ emit, enabled: () => true }),
    });
    live.pipeline.governance.ledger.configure(ledger('events'));
    await ask('a secret prompt');
    const [row, ...others] = emitted.filter(({ eventName }) => eventName === 'costspan.call');
    expect(others).toEqual([]);
    expect(row?.['attributes']).toMatchObject({
      'costspan.team': 'labs',
      'costspan.call.outcome': 'ok',
      'gen_ai.request.model': 'gpt-4o',
    });
    expect(JSON.stringify(row?.['attributes'])).not.toContain('u-17');
    expect(JSON.parse(String(row?.['body']))).toMatchObject({ v: 1, operation: 'chat' });
    expect(JSON.stringify(emitted)).not.toContain('secret');
  });
});
