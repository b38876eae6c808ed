import * as anthropicModule from '@anthropic-ai/sdk';
import * as googleModule from '@google/genai';
import * as openaiModule from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { type LivePipeline, startLivePipeline, watchCopy } from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { NO_LEDGER, resolveBudgets } from './support.ts';

const question = 'Why is the build red?';

let live: LivePipeline;
let provider: ProviderServer;
beforeAll(async () => {
  provider = await startProviderServer();
  watchCopy('openai', 'openai', openaiModule);
  watchCopy('anthropic', '@anthropic-ai/sdk', anthropicModule);
  googleGenAi.patch({
    packageName: '@google/genai',
    version: undefined,
    path: '/node_modules/@google/genai',
    format: 'esm',
    moduleExports: googleModule,
  });
});
afterAll(() => provider.close());
beforeEach(async () => {
  live = await startLivePipeline();
  provider.reset();
  const chunk = { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'a' }] } }] };
  provider.on(/streamGenerateContent/, { sse: [chunk, chunk], hangAfter: 1 });
  const budgets = resolveBudgets({ id: 'one', limitCalls: 1, period: 'day', mode: 'hard' });
  live.pipeline.governance.budgets.configure(
    { budgets, store: 'memory', ledger: NO_LEDGER },
    () => undefined,
  );
  await live.pipeline.governance.budgets.opening();
});
afterEach(() => live.stop());

async function figures(): Promise<object> {
  const { access } = await live.pipeline.governance.budgets.open();
  const account = { budget: 'one', split: '', period: new Date().toISOString().slice(0, 10) };
  const [status] = await access.store.status([account], Date.now());
  return { held: status?.held, committed: status?.committed };
}

/** Each opens a stream that nobody reads. */
const STREAMS: Readonly<Record<string, (signal: AbortSignal) => Promise<object>>> = {
  'openai chat.completions': (signal) =>
    new openaiModule.OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl }).chat.completions.create(
      { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: question }] },
      { signal },
    ),
  'openai responses': (signal) =>
    new openaiModule.OpenAI({ apiKey: 'k', baseURL: provider.openaiUrl }).responses.create(
      { model: 'gpt-4o', stream: true, input: question },
      { signal },
    ),
  'anthropic messages': (signal) =>
    new anthropicModule.Anthropic({ apiKey: 'k', baseURL: provider.url }).messages.create(
      {
        model: 'claude-sonnet-5',
        max_tokens: 5,
        stream: true,
        messages: [{ role: 'user', content: question }],
      },
      { signal },
    ),
  'google-genai generateContentStream': (abortSignal) =>
    new googleModule.GoogleGenAI({
      apiKey: 'k',
      httpOptions: { baseUrl: provider.url },
    }).models.generateContentStream({
      model: 'gemini-2.5-flash',
      contents: question,
      config: { abortSignal },
    }),
};

describe('a stream that is aborted before anybody reads it', () => {
  it.each(Object.entries(STREAMS))('settles its hold at once: %s', async (_, open) => {
    const controller = new AbortController();
    const stream = await open(controller.signal);
    expect(await figures()).toEqual({ held: 1, committed: 0 });
    controller.abort();
    expect(await figures()).toEqual({ held: 0, committed: 1 });
    // It must not be garbage before.
    expect(stream).toBeDefined();
  });
});
