import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { cohere } from '../../instrumentation/cohere/index.ts';
import { huggingFace } from '../../instrumentation/huggingface/index.ts';
import { mistral } from '../../instrumentation/mistral/index.ts';
import { openRouter } from '../../instrumentation/openrouter/index.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { chat as cohereChat, legacyChat } from './cohere-fixtures.ts';
import { chat as huggingFaceChat } from './huggingface-fixtures.ts';
import { chat as mistralChat } from './mistral-fixtures.ts';
import { chat as openRouterChat } from './openrouter-fixtures.ts';
import type { PlainApi } from './plain-api.ts';
import { type Recorder, startRecorder } from './recorder.ts';

interface Case {
  readonly name: string;
  readonly instrumentation: SdkInstrumentation;
  readonly specifier: string;
  readonly className: string;
  readonly api: PlainApi;
  create(Client: new (...args: unknown[]) => object, url: string): object;
}

const CASES: readonly Case[] = [
  {
    name: 'CohereClient',
    instrumentation: cohere,
    specifier: 'cohere-ai',
    className: 'CohereClient',
    api: legacyChat,
    create: (Client, url) => new Client({ token: 'test', environment: url }),
  },
  {
    name: 'CohereClient and its v2',
    instrumentation: cohere,
    specifier: 'cohere-ai',
    className: 'CohereClient',
    api: cohereChat('v2.'),
    create: (Client, url) => new Client({ token: 'test', environment: url }),
  },
  {
    name: 'CohereClientV2',
    instrumentation: cohere,
    specifier: 'cohere7',
    className: 'CohereClientV2',
    api: cohereChat(''),
    create: (Client, url) => new Client({ token: 'test', environment: url }),
  },
  {
    name: 'Mistral',
    instrumentation: mistral,
    specifier: '@mistralai/mistralai',
    className: 'Mistral',
    api: mistralChat,
    create: (Client, serverURL) => new Client({ apiKey: 'test', serverURL }),
  },
  {
    name: 'OpenRouter',
    instrumentation: openRouter,
    specifier: '@openrouter/sdk',
    className: 'OpenRouter',
    api: openRouterChat,
    create: (Client, serverURL) => new Client({ apiKey: 'test', serverURL }),
  },
  {
    name: 'InferenceClient',
    instrumentation: huggingFace,
    specifier: '@huggingface/inference',
    className: 'InferenceClient',
    api: huggingFaceChat,
    create: (Client, endpointUrl) => new Client('key', { endpointUrl }),
  },
];

/** Loaded before the server is up: an idle connection does not wait for slow imports. */
const modules = new Map<string, Record<string, unknown>>();
for (const { specifier } of CASES) {
  modules.set(specifier, (await import(specifier)) as Record<string, unknown>);
}

/** As in a bundle: no module has been patched. */
describe('one client that is watched by itself', () => {
  let server: ProviderServer;
  let recorder: Recorder;
  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });
  beforeEach(() => recorder.start());

  async function call(client: object, { whole, streamed }: PlainApi): Promise<void> {
    if (whole === undefined || streamed === undefined) throw new Error('no such answer');
    server.reset();
    server.next(whole.reply, streamed.reply);
    await whole.call(client, {});
    for await (const chunk of await streamed.open(client, {})) expect(chunk).toBeDefined();
  }

  it.each(CASES)('$name: each call once, and no other client', async (each) => {
    const { instrumentation, specifier, className, api, create } = each;
    const Client = modules.get(specifier)?.[className] as new (...args: unknown[]) => object;
    const watched = create(Client, server.url);
    const other = create(Client, server.url);
    expect(instrumentation.instrumentClient(watched)).toBe(true);
    expect(instrumentation.instrumentClient(watched)).toBe(true);

    await call(watched, api);
    expect(recorder.calls.map(({ call: { usage, outcome } }) => [usage, outcome])).toEqual([
      [api.whole?.usage, 'ok'],
      [api.streamed?.usage, 'ok'],
    ]);
    await call(other, api);
    expect(recorder.calls.length).toBe(2);
    expect(recorder.internalErrors).toEqual([]);
  });
});
