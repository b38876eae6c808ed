import OpenAI, * as openaiModule from 'openai';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BudgetExceededError, BudgetStoreUnavailableError } from '../../index.ts';
import { redisStore } from '../../processor/governance/budgets/stores/redis/redis-store.ts';
import type { BudgetConfig } from '../../processor/governance/config/index.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { requireProgram } from '../support/programs.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { NO_LEDGER, resolveBudgets } from './support.ts';

const redisProgram = requireProgram('redis-server');
/** Calls made at once while the store is away. */
const BURST = 30;

/** Hands bytes on after a while, to both sides. */
class SlowProxy {
  delayMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.on('data', (data) => void this.#pass(data, to));
      }
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #pass(data: Buffer, to: Socket): Promise<void> {
    if (this.delayMs > 0) await wait(this.delayMs);
    if (!to.destroyed) to.write(data);
  }
}

interface Outage {
  readonly name: string;
  begin(world: World): Promise<void> | void;
  end(world: World): Promise<void> | void;
}
interface World {
  readonly server: RedisServer;
  readonly proxy: SlowProxy;
}

const OUTAGES: readonly Outage[] = [
  {
    name: 'stopped and restarted empty',
    begin: ({ server }) => server.stop(),
    end: ({ server }) => server.start(),
  },
  {
    name: 'frozen',
    begin: ({ server }) => server.freeze(),
    end: ({ server }) => server.thaw(),
  },
  {
    name: 'slower than the deadline',
    begin: ({ proxy }) => void (proxy.delayMs = 400),
    end: ({ proxy }) => void (proxy.delayMs = 0),
  },
];

describe.skipIf(redisProgram === undefined)('a Redis store that is', () => {
  let live: LivePipeline;
  let provider: ProviderServer;
  let openai: OpenAI;
  let world: World;
  let url: string;

  beforeAll(async () => {
    watchCopy('openai', 'openai', openaiModule);
    provider = await startProviderServer();
    openai = new OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl, maxRetries: 2 });
  });
  afterAll(() => provider.close());
  beforeEach(async () => {
    live = await startLivePipeline();
    const server = await startRedisServer(redisProgram ?? '');
    const proxy = new SlowProxy(server.port);
    world = { server, proxy };
    url = await proxy.listen();
    provider.reset();
  });
  afterEach(async () => {
    // Another store closes the connection to this one.
    live.pipeline.governance.budgets.configure(
      { budgets: [], store: 'memory', ledger: NO_LEDGER },
      ignore,
    );
    await live.pipeline.governance.budgets.opening();
    await live.stop();
    world.proxy.close();
    await world.server.stop();
  });

  async function budget(config: BudgetConfig): Promise<void> {
    const budgets = resolveBudgets(config);
    live.pipeline.governance.budgets.configure({ budgets, store: url, ledger: NO_LEDGER }, ignore);
    await live.pipeline.governance.budgets.opening();
  }

  /** The error that the call ends with, `undefined` when it is answered. */
  async function chat(): Promise<unknown> {
    try {
      await openai.chat.completions.create({
        model: 'gpt-4o',
        max_tokens: 5,
        messages: [{ role: 'user', content: 'hi' }],
      });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  const burst = (): Promise<unknown[]> => Promise.all(Array.from({ length: BURST }, chat));

  /** Calls until one passes: the store is found again by trying. */
  async function untilAnswered(): Promise<void> {
    while ((await chat()) !== undefined) await wait(50);
  }

  /** Waits until the store knows of every call that reached the provider, and of no others. */
  async function untilStoreKnows(): Promise<void> {
    const client = createClient({ url: world.server.url });
    client.on('error', ignore);
    await client.connect();
    const store = redisStore(client);
    const [current] = resolveBudgets({ id: 'calls', limitCalls: 1, period: 'month' });
    const { CompiledBudget } =
      await import('../../processor/governance/budgets/scope/compiled-budget.ts');
    const period = new CompiledBudget(current!).periodAt(Date.now(), '').id;
    try {
      for (;;) {
        const [status] = await store.status([{ budget: 'calls', split: '', period }]);
        const { committed = 0, held = 0 } = status ?? {};
        if (committed === provider.requests.length && held === 0) return;
        await wait(50);
      }
    } finally {
      client.destroy();
    }
  }

  describe.each(OUTAGES)('$name', (outage) => {
    it('lets nothing pass that a closed budget covers, and never hangs', async () => {
      await budget({ id: 'calls', limitCalls: 1_000, period: 'month', mode: 'hard' });
      for (let call = 0; call < 3; call += 1) await untilAnswered();
      await outage.begin(world);
      const during = await burst();
      expect(during.every((error) => error instanceof BudgetStoreUnavailableError)).toBe(true);
      expect(during[0]).toMatchObject({ retryable: true, budget: 'calls' });
      expect(provider.requests).toHaveLength(3);
      await outage.end(world);
      await untilAnswered();
      await untilStoreKnows();
    });

    it('lets pass what the allowance of an open budget covers, and counts it afterwards', async () => {
      await budget({
        id: 'calls',
        limitCalls: 1_000,
        period: 'month',
        onStoreFailure: 'open',
        outageAllowance: 0.01,
      });
      for (let call = 0; call < 3; call += 1) await untilAnswered();
      await outage.begin(world);
      const during = await burst();
      // Some of it may be gone already where the machine was too busy for the deadline before.
      const passed = during.filter((error) => error === undefined).length;
      expect(passed).toBeGreaterThan(0);
      expect(passed).toBeLessThanOrEqual(10);
      const denied = during.find((error) => error !== undefined);
      expect(denied).toBeInstanceOf(BudgetStoreUnavailableError);
      expect((denied as Error).message).toMatch(/10 calls.*used up/);
      expect(provider.requests).toHaveLength(3 + passed);
      await outage.end(world);
      await untilAnswered();
      await untilStoreKnows();
    });
  });

  it('flushed under load keeps its counters', async () => {
    await budget({ id: 'calls', limitCalls: 20, period: 'month', mode: 'hard' });
    for (let call = 0; call < 15; call += 1) await untilAnswered();
    const [, ...errors] = await Promise.all([
      world.server.command('FLUSHALL'),
      ...[...Array(20)].map(chat),
    ]);
    const passed = errors.filter((error) => error === undefined).length;
    expect(15 + passed).toBeLessThanOrEqual(20);
    expect(provider.requests).toHaveLength(15 + passed);
    while (!((await chat()) instanceof BudgetExceededError)) await wait(10);
    expect(provider.requests).toHaveLength(20);
  });

  it('not there from the start holds nobody up', async () => {
    await world.server.stop();
    await budget({ id: 'calls', limitCalls: 1_000, period: 'month', mode: 'hard' });
    expect(await chat()).toBeInstanceOf(BudgetStoreUnavailableError);
    await world.server.start();
    await untilAnswered();
  });
});

function ignore(): void {
  // Told to the operator, whom this test has none of.
}
