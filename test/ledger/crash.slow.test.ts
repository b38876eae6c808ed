import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CompiledBudget } from '../../processor/governance/budgets/scope/compiled-budget.ts';
import { openStore } from '../../processor/governance/budgets/stores/open-store.ts';
import { readLedger } from '../../processor/governance/ledger/index.ts';
import { resolveBudgets } from '../budgets/support.ts';
import { SHARED_STORES } from '../control/stores.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { startChild } from '../support/run-child.ts';

const CONCURRENCY = 25;

/** Calls the model without end, many at a time. */
const LOAD = `
import 'costspan/register';
import OpenAI from 'openai';
const openai = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER, maxRetries: 0 });
async function loop() {
  for (;;) {
    try {
      await openai.chat.completions.create({
        model: 'gpt-4o', max_tokens: 16, messages: [{ role: 'user', content: 'go on' }] });
    } catch (error) {
      // A busy machine may take longer than the store's deadline; that call was not sent.
      if (error.code !== 'costspan_budget_store_unavailable') throw error;
    }
  }
}
await Promise.all(Array.from({ length: ${CONCURRENCY} }, loop));
`;

describe.each(SHARED_STORES)('kill -9 in the middle of a load, on %s', (_kind, open) => {
  it('leaves a row or a hold of every call that reached the provider', async () => {
    const store = await open();
    const provider = await startProviderServer();
    const folder = mkdtempSync(join(tmpdir(), 'costspan-ledger-'));
    const budget = { id: 'calls', limitCalls: 1_000_000, period: 'month', mode: 'hard' } as const;
    const child = startChild(LOAD, {
      env: {
        COSTSPAN_STORE: store.spec,
        PROVIDER: provider.openaiUrl,
        OTEL_SDK_DISABLED: 'true',
      },
      files: { 'costspan.yaml': JSON.stringify({ budgets: [budget], ledger: { folder } }) },
      signal: AbortSignal.timeout(60_000),
    });
    await provider.arrived(200);
    child.process.kill('SIGKILL');
    await child.done;
    const rows = new Set<string>();
    for await (const { id, charges } of readLedger(folder)) {
      rows.add(id);
      expect(charges).toEqual([
        { budget: 'calls', period: expect.any(String), amount: 1, unit: 'calls' },
      ]);
    }
    const left = await openStore(store.spec);
    const [compiled] = resolveBudgets(budget).map((each) => new CompiledBudget(each));
    const { id, overrideId } = compiled!.periodAt(Date.now(), '');
    const account = { budget: 'calls', split: '', period: id, overridePeriod: overrideId };
    const [status] = await left.status([account], Date.now());
    await left.close();
    await provider.close();
    await store.remove();
    rmSync(folder, { recursive: true });
    const sent = provider.requests.length;
    expect(rows.size).toBeGreaterThan(100);
    expect(rows.size + status!.held).toBeGreaterThanOrEqual(sent);
    expect(rows.size).toBeLessThanOrEqual(sent);
    // Nothing is settled whose row is not there.
    expect(status!.committed).toBeLessThanOrEqual(rows.size);
  });
});

/** One call is answered, one is still on its way when the process is told to end. */
const TOLD_TO_END = `
import 'costspan/register';
import OpenAI from 'openai';
const openai = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER, maxRetries: 0 });
const ask = (stream) => openai.chat.completions.create({
  model: 'gpt-4o', stream, messages: [{ role: 'user', content: 'go on' }] });
await ask(false);
for await (const chunk of await ask(true)) console.log('begun');
`;

it.each(['SIGTERM', 'process.exit'])('%s leaves a row of every call', async (how) => {
  const provider = await startProviderServer();
  const folder = mkdtempSync(join(tmpdir(), 'costspan-ledger-'));
  const hanging = {
    id: 'chatcmpl-2',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4o',
    choices: [{ index: 0, delta: { content: 'Once upon a time' }, finish_reason: null }],
  };
  provider.on(({ body }) => JSON.stringify(body).includes('"stream":true'), {
    sse: [hanging],
    hangAfter: 1,
  });
  const ends = how === 'SIGTERM' ? '' : 'process.exit();';
  const child = startChild(
    TOLD_TO_END.replace("console.log('begun');", `{ console.log('begun'); ${ends} }`),
    {
      env: { PROVIDER: provider.openaiUrl, OTEL_SDK_DISABLED: 'true' },
      files: { 'costspan.yaml': JSON.stringify({ ledger: { mode: 'file', folder } }) },
    },
  );
  await child.printed('begun');
  if (how === 'SIGTERM') child.process.kill('SIGTERM');
  await child.done;
  await provider.close();
  const outcomes: string[] = [];
  for await (const { outcome } of readLedger(folder)) outcomes.push(outcome);
  rmSync(folder, { recursive: true });
  expect(outcomes).toEqual(['ok', 'aborted']);
});
