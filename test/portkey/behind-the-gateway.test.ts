import * as portkeyModule from 'portkey-ai';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { portkey } from '../../instrumentation/portkey/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const ANSWER = {
  id: 'answer-1',
  object: 'chat.completion',
  model: 'some-model',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Half.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
};

let server: ProviderServer;
let recorder: Recorder;
beforeAll(async () => {
  server = await startProviderServer();
  recorder = await startRecorder();
  portkey.patch({
    packageName: 'portkey-ai',
    version: '3',
    path: '/node_modules/portkey-ai',
    format: 'commonjs',
    moduleExports: portkeyModule,
  });
});
afterAll(async () => {
  await recorder.close();
  await server.close();
});
beforeEach(() => recorder.start());

async function ask(
  options: object,
  model: string,
  parameters?: object,
  headers: Record<string, string> = {},
): Promise<void> {
  server.reset();
  server.next({ json: ANSWER, headers });
  const client = new portkeyModule.Portkey({ apiKey: 'test', baseURL: server.url, ...options });
  await client.chat.completions.create(
    { model, messages: [{ role: 'user', content: 'How long?' }] },
    parameters,
  );
}

it.each([
  ['the slug of the model', {}, '@bedrock-eu/claude-sonnet-4-5', undefined, 'aws.bedrock'],
  ['the client', { provider: 'mistral-ai' }, 'some-model', undefined, 'mistral_ai'],
  ['a virtual key of the client', { virtualKey: 'team-groq-1' }, 'some-model', undefined, 'groq'],
  ['a configuration', { config: { provider: 'cohere' } }, 'some-model', undefined, 'cohere'],
  ['the request', { provider: 'groq' }, 'some-model', { provider: '@cohere-prod' }, 'cohere'],
  ['nothing', {}, 'some-model', undefined, 'portkey'],
] as const)('names the provider that %s tells', async (_, options, model, parameters, provider) => {
  await ask(options, model, parameters);
  expect(recorder.calls.map(({ call }) => call.provider)).toEqual([provider]);
  const [span] = await recorder.spans();
  expect(span?.attributes['gen_ai.provider.name']).toBe(provider);
});

it.each([
  ['HIT', { amount: 0, currency: 'USD' }],
  ['MISS', undefined],
])('takes an answer with the cache status %s for what it costs', async (status, cost) => {
  await ask({ provider: 'openai' }, 'gpt-4o', undefined, { 'x-portkey-cache-status': status });
  expect(recorder.calls.map(({ call }) => call.providerCost)).toEqual([cost]);
});
