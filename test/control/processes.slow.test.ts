import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type RunningChild, startChild } from '../support/run-child.ts';
import { appFolder, type CommandResult, runCommand } from '../cli/support.ts';
import { SHARED_STORES, type SharedStore } from './stores.ts';

/** Calls workflows a and b in turn, for ever, and prints how each call of a went when that changes. */
const WORKER = `
import 'costspan/register';
import OpenAI from 'openai';
import { withAttribution } from 'costspan';
const openai = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER, maxRetries: 0 });
const ask = (workflow) => withAttribution({ workflow }, () => openai.chat.completions.create({
  model: 'gpt-4o', max_tokens: 16, messages: [{ role: 'user', content: workflow }] }));
let last = '';
for (let round = 0; ; round += 1) {
  let how;
  try { await ask('a'); how = 'sent'; } catch (error) { how = error.code ?? String(error); }
  if (how !== last) console.log('a is', how, 'in', round);
  last = how;
  await ask('b');
}
`;

/** Requests that the provider got with this text. */
function sentTo(provider: ProviderServer, content: string): number {
  const text = `"content":"${content}"`;
  return provider.requests.filter(({ body }) => JSON.stringify(body).includes(text)).length;
}

describe.each(SHARED_STORES)('a fleet on %s', (kind, open) => {
  let store: SharedStore;
  let provider: ProviderServer;
  const workers: RunningChild[] = [];

  beforeEach(async () => {
    store = await open();
    provider = await startProviderServer();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.process.kill('SIGKILL');
      await worker.done;
    }
    await provider.close();
    await store.remove();
  });

  function start(config = '{}', source = WORKER): RunningChild {
    const worker = startChild(source, {
      env: {
        COSTSPAN_STORE: store.spec,
        PROVIDER: provider.openaiUrl,
        OTEL_SDK_DISABLED: 'true',
      },
      files: { 'costspan.yaml': config },
      signal: AbortSignal.timeout(60_000),
    });
    workers.push(worker);
    return worker;
  }

  function budget(
    args: readonly string[],
    config = '{}',
    now = Date.now(),
  ): Promise<CommandResult> {
    return runCommand(['budget', ...args], {
      cwd: appFolder({ 'costspan.yaml': config }),
      env: { COSTSPAN_STORE: store.spec, USER: 'sre' },
      now,
    });
  }

  it('stops one workflow in every process, and no other', async () => {
    const fleet = [start(), start()];
    await Promise.all(fleet.map((worker) => worker.printed('a is sent')));
    const paused = await budget(['pause', 'workflow=a', '--reason', 'it loops', '--json']);
    expect(paused).toMatchObject({ exitCode: 0, error: '' });
    await Promise.all(fleet.map((worker) => worker.printed('a is costspan_paused')));
    const [a, b] = [sentTo(provider, 'a'), sentTo(provider, 'b')];
    await expect.poll(() => sentTo(provider, 'b'), { timeout: 20_000 }).toBeGreaterThan(b + 4);
    // One call of each process may have been on its way.
    expect(sentTo(provider, 'a')).toBeLessThanOrEqual(a + 2);
    const resumed = await budget(['resume', 'workflow=a', '--json']);
    expect(JSON.parse(resumed.out)).toMatchObject({ resumed: [{ scope: { workflow: 'a' } }] });
    const goesOn = /a is costspan_paused[^]*a is sent/;
    await Promise.all(fleet.map((worker) => worker.printed(goesOn)));
  });

  it('is granted more by an override, says so, and no more after it', async () => {
    // A window without an end: nothing but the override is over two hours later.
    const config =
      'budgets: [{ id: calls, match: { workflow: a }, limitCalls: 3, period: rolling, windowHours: 720, mode: hard }]';
    const worker = start(config);
    await worker.printed('a is costspan_budget_exceeded');
    const spent = await budget(['status', '--json'], config);
    expect(spent.exitCode).toBe(1);
    expect(JSON.parse(spent.out)).toMatchObject({
      budgets: [{ budget: 'calls', unit: 'calls', limit: 3, spent: 3, held: 0, left: 0, used: 1 }],
    });
    const granted = await budget(
      [
        'override',
        'calls',
        '--extra',
        '2',
        '--reason',
        'launch',
        '--ticket',
        'T-1',
        '--until',
        '1h',
      ],
      config,
    );
    expect(granted).toMatchObject({ exitCode: 0, error: '' });
    expect(granted.out).toContain('2 calls more');
    await expect
      .poll(async () => JSON.parse((await budget(['status', '--json'], config)).out), {
        timeout: 20_000,
      })
      .toMatchObject({ budgets: [{ limit: 5, extra: 2, spent: 5, left: 0 }] });
    // A server goes by its own clock.
    if (kind === 'Redis') return;
    const later = await budget(['status'], config, Date.now() + 2 * 3_600_000);
    expect(later.out).toMatch(/calls +\S+ +3 calls +5 calls/);
    expect(later.out).not.toContain('Override');
  });

  it('keeps who did what in a chain that shows a removal', async () => {
    const config = 'budgets: [{ id: b, limitUsd: 1, period: day }]';
    await budget(['pause', 'team=x', '--reason', 'one', '--actor', 'ann']);
    await budget(['override', 'b', '--extra', '2', '--reason', 'two', '--actor', 'ben'], config);
    await budget(['resume', 'team=x', '--actor', 'cy']);
    const audit = await budget(['audit', '--json']);
    expect(audit.exitCode).toBe(0);
    expect(JSON.parse(audit.out)).toMatchObject({
      intact: true,
      entries: [
        { action: 'pause', actor: 'ann', details: { scope: 'team=x', reason: 'one' } },
        { action: 'override', actor: 'ben', details: { budget: 'b', extra: 2, reason: 'two' } },
        { action: 'resume', actor: 'cy', details: { scope: 'team=x' } },
      ],
    });
    expect((await budget(['audit'])).out).toContain('3 entries, the chain of hashes holds.');
  });

  it('shares the allowance of a run that goes through several processes', async () => {
    const config = 'agents: [{ maxInferenceCalls: 10 }]';
    // The run's id comes from outside, as in the baggage of a request.
    const source = `
import 'costspan/register';
import OpenAI from 'openai';
import { context, propagation } from '@opentelemetry/api';
const openai = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.PROVIDER, maxRetries: 0 });
const baggage = propagation.createBaggage({ 'costspan.run.id': { value: '00f067aa0ba902b7' } });
await context.with(propagation.setBaggage(context.active(), baggage), async () => {
  let sent = 0;
  for (;;) {
    try {
      await openai.chat.completions.create({
        model: 'gpt-4o', max_tokens: 16, messages: [{ role: 'user', content: 'x' }] });
      sent += 1;
    } catch (error) {
      console.log(error.code, error.limit, 'after', sent);
      break;
    }
  }
});
`;
    const fleet = [start(config, source), start(config, source), start(config, source)];
    const ends = await Promise.all(fleet.map(({ done }) => done));
    for (const { stdout, stderr } of ends) {
      expect(stdout + stderr).toContain('costspan_agent_limit inference_calls after');
    }
    expect(provider.bill.calls).toBe(10);
  });
});

describe('costspan budget', () => {
  it('refuses for budgets in the memory of processes, and says what to do', async () => {
    for (const args of [['status'], ['pause', 'team=x', '--reason', 'r'], ['audit']]) {
      const { exitCode, error } = await runCommand(['budget', ...args]);
      expect(exitCode).toBe(1);
      expect(error).toMatch(/store: memory.*sqlite:<path>.*redis:\/\/<host>.*paused/);
    }
  });

  it.each([
    [['pause', 'workflow', '--reason', 'r'], /key=value/],
    [['pause', 'colour=red', '--reason', 'r'], /colour cannot be paused by/],
    [['pause', 'team=x', '--reason', 'r', '--until', 'soon'], /2h, 30m or 7d/],
    [['pause', 'team=x', '--reason', 'r', '--until', '2020-01-01'], /a time to come/],
    [['override', 'none', '--extra', '1', '--reason', 'r'], /no budget none .*there are b/],
    [['override', 'b', '--extra', '-1', '--reason', 'r'], /above 0/],
    [['override', 'b', '--extra', 'much', '--reason', 'r'], /above 0/],
    [['override', 'b', '--extra', '0x10', '--reason', 'r'], /decimal number above 0/],
    [['override', 'b', '--extra', '1e3', '--reason', 'r'], /decimal number above 0/],
    [['override', 'b', '--extra', '', '--reason', 'r'], /decimal number above 0/],
    [['resume', 'team=y'], /nothing of that scope/],
  ])('says what is wrong with %s', async (args, message) => {
    const cwd = appFolder({
      'costspan.yaml': 'store: sqlite:costspan.db\nbudgets: [{ id: b, limitUsd: 1, period: day }]',
    });
    const { exitCode, error } = await runCommand(['budget', ...args], {
      cwd,
      env: { USER: 'sre' },
    });
    expect(exitCode).toBe(1);
    expect(error).toMatch(message);
  });

  it('needs a reason and an actor', async () => {
    const cwd = appFolder({ 'costspan.yaml': 'store: sqlite:costspan.db' });
    const nobody = await runCommand(['budget', 'pause', 'team=x', '--reason', 'r'], { cwd });
    expect(nobody).toMatchObject({ exitCode: 1 });
    expect(nobody.error).toContain('--actor');
    const forNothing = await runCommand(['budget', 'pause', 'team=x'], { cwd });
    expect(forNothing).toMatchObject({ exitCode: 2 });
    expect(forNothing.error).toContain('--reason');
  });

  it('says so when the server is not there', async () => {
    const env = { COSTSPAN_STORE: 'redis://user:secret@127.0.0.1:1', USER: 'sre' };
    const { exitCode, error } = await runCommand(['budget', 'status'], { env });
    expect(exitCode).toBe(1);
    expect(error).toContain('127.0.0.1:1');
    expect(error).not.toContain('secret');
  });
});
