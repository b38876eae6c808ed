import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../support/programs.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { runChild, tempApp } from '../support/run-child.ts';

const PROCESSES = 4;
const CALLS = 125;
const LIMIT_USD = 0.3;
/** Less than the calls may use, as usual. */
const USAGE = { input: 12, output: 150, total: 162 };
const redisProgram = requireProgram('redis-server');

describe(`${PROCESSES * CALLS} calls at once from ${PROCESSES} processes against one hard budget`, () => {
  let provider: ProviderServer;
  beforeAll(async () => {
    provider = await startProviderServer({ record: false });
    provider.always('/chat/completions', {
      json: {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: 'gpt-4o-2024-08-06',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Noon.' }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 12, completion_tokens: 150, total_tokens: 162 },
      },
      billed: { model: 'gpt-4o-2024-08-06', usage: USAGE },
    });
  });
  afterAll(() => provider.close());

  /** What the provider charges, by its own price list: $2.50 and $10 a million. */
  function billedUsd(): number {
    const usage = provider.bill.byModel.get('gpt-4o-2024-08-06')?.usage;
    return ((usage?.input ?? 0) * 2.5 + (usage?.output ?? 0) * 10) / 1e6;
  }

  async function load(store: string): Promise<Record<string, number>[]> {
    provider.bill.clear();
    const budget = {
      id: 'all',
      limitUsd: LIMIT_USD,
      period: 'month',
      mode: 'hard',
      maxWaitMs: 40_000,
    };
    const app = tempApp({
      'costspan.json': JSON.stringify({ budgets: [budget], store, ledger: { mode: 'off' } }),
    });
    try {
      const program = fileURLToPath(new URL('./load-app.ts', import.meta.url));
      const children = Array.from({ length: PROCESSES }, () =>
        runChild(program, {
          args: [`${CALLS}`],
          env: {
            OPENAI_BASE_URL: provider.openaiUrl,
            COSTSPAN_CONFIG: `${app.path}/costspan.json`,
            OTEL_SDK_DISABLED: 'true',
          },
          signal: AbortSignal.timeout(150_000),
        }),
      );
      const results = await Promise.all(children);
      return results.map(
        ({ stdout, stderr }) => JSON.parse(stdout || `"${stderr}"`) as Record<string, number>,
      );
    } finally {
      app.remove();
    }
  }

  function expectCapHeld(ended: readonly Record<string, number>[]): void {
    const sum = (how: string): number =>
      ended.reduce((total, counts) => total + (counts[how] ?? 0), 0);
    expect(sum('ok')).toBe(provider.bill.calls);
    expect(sum('ok') + sum('BudgetExceededError')).toBe(PROCESSES * CALLS);
    expect(billedUsd()).toBeLessThanOrEqual(LIMIT_USD);
    expect(billedUsd()).toBeGreaterThanOrEqual(0.8 * LIMIT_USD);
  }

  describe.skipIf(redisProgram === undefined)('in Redis', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedisServer(redisProgram ?? '');
    });
    afterAll(() => server.stop());

    it('never bill more than the limit, and use most of it', { timeout: 180_000 }, async () => {
      expectCapHeld(await load(server.url));
    });
  });

  it('do so in SQLite too', { timeout: 180_000 }, async () => {
    const folder = tempApp({});
    try {
      expectCapHeld(await load(`sqlite:${folder.path}/budgets.db`));
    } finally {
      folder.remove();
    }
  });
});
