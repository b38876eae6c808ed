import { OpenAI } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openai } from '../../instrumentation/openai/index.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';

const USAGE = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 };
const fetch = createInProcessFetch(({ body }) => {
  // Gateways leave their own part of the name out of the answer.
  const asked = String((body as { model?: unknown }).model);
  const model = asked.replace(/^@[^/]+\/|^[a-z-]+\/(?=claude|gpt|gemini)|\/azure$/, '');
  return {
    json: {
      id: 'c1',
      object: 'chat.completion',
      model,
      choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
      usage: USAGE,
    },
  };
});

const pricer = createPricer();
let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
  const loaded = { version: '7.0.0', format: 'esm' } as const;
  openai.patch({ ...loaded, packageName: 'openai', path: '/openai', moduleExports: { OpenAI } });
});
beforeEach(() => recorder.start());
afterAll(() => recorder.close());

/** What a call says of whom it reached, and what it cost in USD. */
async function told(
  baseURL: string,
  model: string,
  more: { readonly client?: object; readonly call?: object } = {},
): Promise<Readonly<Record<string, unknown>>> {
  const client = new OpenAI({ apiKey: 'sk', baseURL, fetch, ...more.client });
  await client.chat.completions.create(
    { model, messages: [{ role: 'user', content: 'hello' }] },
    more.call,
  );
  const [{ call } = {}] = recorder.calls;
  if (call === undefined) throw new Error('no call was seen');
  const nanos = pricer.price(call).cost?.totalNanos;
  return {
    provider: call.provider,
    address: call.serverAddress,
    cost: nanos === undefined ? undefined : nanos / 1e9,
  };
}

describe('a call through a gateway', () => {
  const CLOUDFLARE = 'https://gateway.ai.cloudflare.com/v1/account/name';
  const PORTKEY = 'https://api.portkey.ai/v1';
  const HELICONE = 'https://ai-gateway.helicone.ai/v1';
  const GPT = 0.0035;
  const CLAUDE = 0.0045;

  it.each([
    [`${CLOUDFLARE}/openai`, 'gpt-4o', {}, 'openai', GPT],
    [`${CLOUDFLARE}/compat`, 'anthropic/claude-sonnet-4-5', {}, 'anthropic', CLAUDE],
    [PORTKEY, '@openai-prod/gpt-4o', {}, 'openai', GPT],
    [PORTKEY, 'claude-sonnet-4-5', { 'x-portkey-provider': 'anthropic' }, 'anthropic', CLAUDE],
    ['https://oai.helicone.ai/v1', 'gpt-4o', {}, 'openai', GPT],
    [HELICONE, 'gpt-4o/azure', {}, 'azure.ai.openai', GPT],
  ])('%s of %s %j is by %s', async (baseURL, model, defaultHeaders, provider, cost) => {
    const address = new URL(baseURL).hostname;
    expect(await told(baseURL, model, { client: { defaultHeaders } })).toEqual({
      provider,
      address,
      cost,
    });
  });

  it('is by whom the headers of the one request name', async () => {
    const headers = { 'x-portkey-virtual-key': 'bedrock-7' };
    const call = { headers };
    const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(await told(PORTKEY, model, { call })).toMatchObject({ provider: 'aws.bedrock' });
  });

  it('keeps the name of the gateway where nothing tells more', async () => {
    expect(await told(PORTKEY, 'somebodys-own')).toMatchObject({
      provider: 'portkey',
      cost: undefined,
    });
  });
});
