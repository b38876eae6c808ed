import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { groq } from '../../instrumentation/groq/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { together } from '../../instrumentation/together/index.ts';
import { copiesOf, loadCopy, patchCopy } from '../contract/copies.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { NO_LEDGER, decidingLater, rejectionOf, resolveBudgets } from './support.ts';

interface Client {
  readonly chat?: { readonly completions: { create(body: object): PromiseLike<unknown> } };
  readonly messages?: { create(body: object): PromiseLike<unknown> };
}
type ClientClass = new (options: object) => Client;

const SDKS: readonly (readonly [SdkInstrumentation, readonly (readonly [string, number])[]])[] = [
  [
    openai,
    [
      ['openai4', 4],
      ['openai5', 5],
      ['openai6', 6],
      ['openai', 7],
    ],
  ],
  [
    anthropic,
    [
      ['anthropic027', 0.27],
      ['anthropic0', 0],
      ['@anthropic-ai/sdk', 1],
    ],
  ],
  [groq, [['groq-sdk', 1]]],
  [together, [['together-ai', 0]]],
];

const BODY = {
  model: 'gpt-4o',
  max_tokens: 5,
  messages: [{ role: 'user', content: 'hi' }],
};

/** SDKs of other builds are held to the same by their contract suite. */
describe.each(SDKS.flatMap(([sdk, versions]) => copiesOf(versions).map((copy) => ({ sdk, copy }))))(
  '$sdk.packageName $copy.label',
  ({ sdk, copy }) => {
    let live: LivePipeline;
    let provider: ProviderServer;
    let client: Client;

    beforeAll(async () => {
      provider = await startProviderServer();
      const loaded = await loadCopy(copy);
      patchCopy(sdk, copy, loaded);
      const exported = loaded as { readonly default?: ClientClass };
      const Sdk = exported.default ?? (loaded as ClientClass);
      const isAnthropic = sdk === anthropic;
      client = new Sdk({
        apiKey: 'k',
        baseURL: isAnthropic ? provider.url : provider.openaiUrl,
        maxRetries: 3,
      });
    });
    afterAll(() => provider.close());
    beforeEach(async () => {
      live = await startLivePipeline();
      provider.reset();
      const budgets = resolveBudgets({ id: 'one', limitCalls: 1, period: 'day', mode: 'hard' });
      live.pipeline.governance.budgets.configure(
        { budgets, store: 'memory', ledger: NO_LEDGER },
        () => undefined,
      );
      await live.pipeline.governance.budgets.opening();
    });
    afterEach(() => live.stop());

    const call = (): PromiseLike<unknown> =>
      client.messages === undefined
        ? client.chat!.completions.create(BODY)
        : client.messages.create(BODY);

    it.each(['at once', 'later'])(
      'does not retry a denial made %s, which holds nothing',
      async (when) => {
        if (when === 'later') setCallObserver(decidingLater(live.pipeline.calls));
        await call();
        expect(await rejectionOf(call())).toMatchObject({
          name: 'BudgetExceededError',
          budget: 'one',
        });
        expect(provider.requests).toHaveLength(1);
        await live.flush();
        expect(live.sink.metricValue('costspan.budget.held.calls')).toBe(0);
        expect(live.sink.metricValue('costspan.budget.spent.calls')).toBe(1);
      },
    );
  },
);
