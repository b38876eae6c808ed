import * as BedrockRuntime from '@aws-sdk/client-bedrock-runtime';
import * as vertexAi from '@google-cloud/vertexai';
import * as genAi from '@google/genai';
import * as generativeAi from '@google/generative-ai';
import * as mistralSdk from '@mistralai/mistralai';
import * as ollamaSdk from 'ollama';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { bedrock } from '../../instrumentation/bedrock/index.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { googleGenerativeAi, googleVertexAi } from '../../instrumentation/google-legacy/index.ts';
import { mistral } from '../../instrumentation/mistral/index.ts';
import { ollama } from '../../instrumentation/ollama/index.ts';
import type { BudgetConfig } from '../../processor/governance/config/index.ts';
import { COPIES, loadCopy, patchCopy } from '../ai/copies.ts';
import { clientConfig } from '../contract/bedrock-fixtures.ts';
import { type LivePipeline, startLivePipeline } from '../scenarios/live-pipeline.ts';
import {
  type ProviderServer,
  type RecordedRequest,
  startProviderServer,
} from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import { NO_LEDGER, decidingLater, rejectionOf, resolveBudgets } from './support.ts';

/** One way to ask a model, whose request a budget is to change. */
interface Case {
  readonly name: string;
  readonly model: string;
  readonly cheaper: string;
  /** What the application owns: it must be the same after the call. */
  readonly own: object;
  call(own: object, url: string): Promise<unknown>;
  readonly reply: Reply;
  /** The field of the request with the limit. */
  readonly limit: string;
  /** The model that a request asks; default: its field `model`. */
  modelOf?(request: RecordedRequest): unknown;
}

const TALK = [{ role: 'user', parts: [{ text: 'hi' }] }];
const GEMINI = { model: 'gemini-2.5-pro', cheaper: 'gemini-2.5-flash' };
const GEMINI_REPLY: Reply = {
  json: {
    candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'a' }] } }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  },
};

function modelInPath({ path }: RecordedRequest): unknown {
  return /models?\/([^/]+?)(?::generateContent|\/[\w-]+)$/.exec(decodeURIComponent(path))?.[1];
}

function gemini(
  name: string,
  own: object,
  limit: string,
  call: (own: object, url: string) => Promise<unknown>,
): Case {
  return { name, ...GEMINI, own, limit, call, reply: GEMINI_REPLY, modelOf: modelInPath };
}

function generativeModel(url: string, own: object): generativeAi.GenerativeModel {
  const client = new generativeAi.GoogleGenerativeAI('key');
  return client.getGenerativeModel({ ...GEMINI, ...own }, { baseUrl: url });
}

function vertexModel(url: string, own: object): vertexAi.GenerativeModel {
  const client = new vertexAi.VertexAI({
    project: 'project',
    location: 'us-central1',
    apiEndpoint: new URL(url).host,
  });
  Object.assign(client, { googleAuth: { getAccessToken: async () => 'token' } });
  return client.getGenerativeModel({ ...GEMINI, ...own });
}

const CLAUDE = {
  model: 'anthropic.claude-sonnet-4-20250514-v1:0',
  cheaper: 'anthropic.claude-3-haiku-20240307-v1:0',
};
const NOVA = { model: 'amazon.nova-pro-v1:0', cheaper: 'amazon.nova-lite-v1:0' };
const CONVERSE_REPLY: Reply = {
  json: {
    output: { message: { role: 'assistant', content: [{ text: 'a' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  },
};

function send(url: string, command: object): Promise<unknown> {
  const client = new BedrockRuntime.BedrockRuntimeClient(clientConfig(url));
  return client.send(command as BedrockRuntime.ConverseCommand);
}

function invoke(name: string, models: typeof NOVA, body: object, limit: string): Case {
  const own = { modelId: models.model, body: new TextEncoder().encode(JSON.stringify(body)) };
  return {
    name,
    ...models,
    own,
    limit,
    call: (input, url) =>
      send(
        url,
        new BedrockRuntime.InvokeModelCommand(input as BedrockRuntime.InvokeModelCommandInput),
      ),
    reply: {
      headers: {
        'x-amzn-bedrock-input-token-count': '1',
        'x-amzn-bedrock-output-token-count': '1',
      },
      json: { generation: 'a' },
    },
    modelOf: modelInPath,
  };
}

const CASES: readonly Case[] = [
  gemini(
    '@google/genai generateContent',
    { model: GEMINI.model, contents: 'hi', config: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    (own, url) =>
      new genAi.GoogleGenAI({
        apiKey: 'key',
        httpOptions: { baseUrl: url },
      }).models.generateContent(own as genAi.GenerateContentParameters),
  ),
  {
    name: '@google/genai interactions',
    ...GEMINI,
    own: { model: GEMINI.model, input: 'hi', generation_config: { temperature: 0.5 } },
    limit: 'generation_config.max_output_tokens',
    call: (own, url) =>
      new genAi.GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } }).interactions.create(
        own as never,
      ),
    reply: {
      json: {
        id: 'i-1',
        status: 'completed',
        usage: { total_input_tokens: 1, total_output_tokens: 1, total_tokens: 2 },
      },
    },
  },
  gemini(
    '@google/generative-ai, parameters of the model',
    { generationConfig: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    (own, url) => generativeModel(url, own).generateContent('hi'),
  ),
  gemini(
    '@google/generative-ai, parameters of the request',
    { contents: TALK, generationConfig: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    (own, url) =>
      generativeModel(url, {}).generateContent(own as generativeAi.GenerateContentRequest),
  ),
  gemini(
    '@google/generative-ai chat',
    { generationConfig: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    async (own, url) => {
      const chat = generativeModel(url, {}).startChat(own);
      await chat.sendMessage('hi');
      // What the SDK keeps of a message stays with the chat.
      expect(await chat.getHistory()).toHaveLength(2);
    },
  ),
  gemini(
    '@google-cloud/vertexai',
    { generationConfig: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    (own, url) => vertexModel(url, own).generateContent('hi'),
  ),
  gemini(
    '@google-cloud/vertexai chat',
    { generationConfig: { temperature: 0.5 } },
    'generationConfig.maxOutputTokens',
    async (own, url) => {
      const chat = vertexModel(url, {}).startChat(own);
      await chat.sendMessage('hi');
      expect(await chat.getHistory()).toHaveLength(2);
    },
  ),
  {
    name: 'Bedrock Converse',
    ...CLAUDE,
    own: { modelId: CLAUDE.model, messages: [{ role: 'user', content: [{ text: 'hi' }] }] },
    limit: 'inferenceConfig.maxTokens',
    call: (own, url) =>
      send(url, new BedrockRuntime.ConverseCommand(own as BedrockRuntime.ConverseRequest)),
    reply: CONVERSE_REPLY,
    modelOf: modelInPath,
  },
  invoke(
    'Bedrock InvokeModel, the body of Claude',
    CLAUDE,
    { anthropic_version: 'bedrock-2023-05-31', max_tokens: 100_000, messages: [] },
    'max_tokens',
  ),
  invoke(
    'Bedrock InvokeModel, the body of Nova without a limit',
    NOVA,
    { messages: [{ role: 'user', content: [{ text: 'hi' }] }] },
    'inferenceConfig.maxTokens',
  ),
  {
    name: 'mistral conversations',
    model: 'mistral-large-latest',
    cheaper: 'mistral-small-latest',
    own: { model: 'mistral-large-latest', inputs: 'hi' },
    limit: 'completion_args.max_tokens',
    call: (own, url) =>
      new mistralSdk.Mistral({ apiKey: 'key', serverURL: url }).beta.conversations.start(
        own as never,
      ),
    reply: {
      json: {
        object: 'conversation.response',
        conversation_id: 'c-1',
        outputs: [],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      },
    },
  },
  {
    name: 'ollama',
    model: 'llama3.1',
    cheaper: 'llama3.2',
    own: { model: 'llama3.1', messages: [{ role: 'user', content: 'hi' }], stream: false },
    limit: 'options.num_predict',
    call: (own, url) => new ollamaSdk.Ollama({ host: url }).chat(own as never),
    reply: {
      json: { model: 'llama3.1', message: { content: 'a' }, prompt_eval_count: 1, eval_count: 1 },
    },
  },
];

function fieldOf(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => Reflect.get(Object(value) as object, name), body);
}

describe('what budgets make of requests', () => {
  let live: LivePipeline;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer();
    const loaded: readonly (readonly [SdkInstrumentation, unknown])[] = [
      [googleGenAi, genAi],
      [googleGenerativeAi, generativeAi],
      [googleVertexAi, vertexAi],
      [bedrock, BedrockRuntime],
      [mistral, mistralSdk],
      [ollama, ollamaSdk],
    ];
    for (const [sdk, moduleExports] of loaded) {
      const { packageName } = sdk;
      const path = `/node_modules/${packageName}`;
      sdk.patch({ packageName, version: undefined, path, format: 'esm', moduleExports });
    }
  });
  afterAll(() => provider.close());
  beforeEach(async () => {
    live = await startLivePipeline();
    provider.reset();
    const { fetch } = globalThis;
    // Vertex AI's SDK sends by https alone.
    vi.stubGlobal('fetch', (url: unknown, init: RequestInit) =>
      fetch(
        typeof url === 'string' ? url.replace('https://127', 'http://127') : (url as URL),
        init,
      ),
    );
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    await live.stop();
  });

  function budget(config: Partial<BudgetConfig>): void {
    const budgets = resolveBudgets({ id: 'one', period: 'day', ...config });
    live.pipeline.governance.budgets.configure(
      { budgets, store: 'memory', ledger: NO_LEDGER },
      () => undefined,
    );
  }

  describe.each(CASES)('$name', (example) => {
    const { own, reply, limit, model, cheaper } = example;
    const modelOf =
      example.modelOf ??
      (({ body }: RecordedRequest): unknown => Reflect.get(body as object, 'model'));

    it.each(['at once', 'later'])('asks the cheaper model, as decided %s', async (when) => {
      if (when === 'later') setCallObserver(decidingLater(live.pipeline.calls));
      budget({ limitCalls: 1, action: 'downgrade', downgradeTo: { [model]: cheaper } });
      const before = structuredClone(own);
      provider.next(reply, reply);
      await example.call(own, provider.url);
      await example.call(own, provider.url);
      expect(provider.requests.map(modelOf)).toEqual([model, cheaper]);
      expect(own).toEqual(before);
      await live.flush();
      expect(live.sink.spans.at(-1)?.attributes).toMatchObject({
        'gen_ai.request.model': cheaper,
        'costspan.budget.decision': 'downgrade',
        'costspan.budget.downgraded_from': model,
      });
    });

    it('lowers the limit of the output to what is left', async () => {
      budget({ limitTokens: 3_000, mode: 'hard', clampMaxTokens: true });
      const before = structuredClone(own);
      provider.next(reply);
      await example.call(own, provider.url);
      const sent = fieldOf(provider.requests[0]?.body, limit);
      expect(sent).toBeGreaterThan(1_000);
      expect(sent).toBeLessThan(3_000);
      expect(own).toEqual(before);
      await live.flush();
      expect(live.sink.spans.at(-1)?.attributes['gen_ai.request.max_tokens']).toBe(sent);
    });
  });

  it('keeps a body from models that would not understand it', async () => {
    budget({ limitCalls: 1, action: 'downgrade', downgradeTo: 'meta.llama3-8b-instruct-v1:0' });
    const { own, call, reply } = CASES.find(({ name }) => name.includes('Claude'))!;
    provider.next(reply);
    await call(own, provider.url);
    expect(await rejectionOf(call(own, provider.url))).toMatchObject({ budget: 'one' });
    expect(provider.requests).toHaveLength(1);
  });

  it('leaves a model with its cache', async () => {
    budget({ limitCalls: 1, action: 'downgrade', downgradeTo: GEMINI.cheaper });
    const { call, reply } = CASES[0]!;
    const own = { model: GEMINI.model, contents: 'hi', config: { cachedContent: 'caches/1' } };
    provider.next(reply);
    await call(own, provider.url);
    expect(await rejectionOf(call(own, provider.url))).toMatchObject({ budget: 'one' });
  });

  it('lowers no limit below the thinking that comes out of it', async () => {
    budget({ limitTokens: 3_000, mode: 'hard', clampMaxTokens: true });
    const thinking = { type: 'enabled', budget_tokens: 4_000 };
    const input = {
      ...(CASES.find(({ name }) => name === 'Bedrock Converse')?.own as object),
      additionalModelRequestFields: { thinking },
    };
    const command = new BedrockRuntime.ConverseCommand(
      input as unknown as BedrockRuntime.ConverseCommandInput,
    );
    expect(await rejectionOf(send(provider.url, command))).toMatchObject({ budget: 'one' });
  });

  it.each(COPIES.filter(({ format }) => format === 'esm'))(
    'asks the cheaper model of $label',
    async (copy) => {
      const loaded = await loadCopy(copy);
      patchCopy(copy, loaded);
      const openai = loaded.openai.createOpenAI({ apiKey: 'k', baseURL: provider.openaiUrl });
      budget({ limitCalls: 1, action: 'downgrade', downgradeTo: { 'gpt-4o': 'gpt-4o-mini' } });
      const ask = { model: openai.chat('gpt-4o'), prompt: 'hi' };
      await loaded.ai.generateText(ask);
      await loaded.ai.generateText(ask);
      const models = provider.requests.map(({ body }) => Reflect.get(body as object, 'model'));
      expect(models).toEqual(['gpt-4o', 'gpt-4o-mini']);
    },
  );
});
