import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LlmCall, type TokenUsage, tokensOf } from '../../conventions/index.ts';
import { watchModelOrProvider } from '../../instrumentation/ai/model-classes.ts';
import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { convertSpan } from '../../processor/engine/normalise/foreign-call.ts';
import { recognise } from '../../processor/engine/normalise/recognise.ts';
import { PROVIDERS } from '../../providers/table.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { anthropicFixtures } from '../support/fixtures/anthropic/expected.ts';
import { type FixtureCase, fixtureBody } from '../support/fixtures/fixture-case.ts';
import { openaiFixtures } from '../support/fixtures/openai/expected.ts';

/** One recorded answer, and what it comes to whoever tells of it. */
interface Answer {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly usage: TokenUsage | undefined;
  readonly cost: unknown;
  readonly isEmbedding?: boolean;
  /** Makes the call by the SDK; absent where another test does. */
  readonly ask?: () => Promise<unknown>;
}

const APIS: ReadonlySet<string> = new Set([
  'chat',
  'completions',
  'responses',
  'embeddings',
  'messages',
]);

function hostOf(provider: string): string {
  const { hosts, domains } = PROVIDERS.find(({ name }) => name === provider) ?? {};
  return hosts?.[0] ?? domains?.[0] ?? 'proxy.example';
}

function answersOf(folder: 'openai' | 'anthropic', cases: readonly FixtureCase[]): Answer[] {
  return cases
    .filter(({ file, api, fails, expected, status = 200 }) => {
      const isWhole = file.endsWith('.json') && APIS.has(api);
      return isWhole && fails !== true && expected !== undefined && status === 200;
    })
    .map((fixture) => {
      const { file, provider, model, headers, expected } = fixture;
      const body = fixtureBody(folder, file) as Answer['body'];
      return {
        name: file,
        provider,
        model,
        body,
        usage: expected!,
        // A proxy's header is on no span.
        cost: headers === undefined ? fixture.call?.providerCost : undefined,
        isEmbedding: fixture.api === 'embeddings',
        ask: () => askBySdk(fixture, body),
      };
    });
}

async function askBySdk({ api, provider, model }: FixtureCase, body: object): Promise<unknown> {
  const options = {
    apiKey: 'key',
    baseURL: `https://${hostOf(provider)}/v1`,
    fetch: async () => Response.json(body),
  };
  if (api === 'messages') {
    const client = new Anthropic({ ...options, baseURL: `https://${hostOf(provider)}` });
    anthropic.instrumentClient(client);
    return client.messages.create({ model, max_tokens: 9, messages: [] });
  }
  const client = new OpenAI(options);
  openai.instrumentClient(client);
  switch (api) {
    case 'completions':
      return client.completions.create({ model, prompt: 'a' });
    case 'responses':
      return client.responses.create({ model, input: 'a' });
    case 'embeddings':
      return client.embeddings.create({ model, input: 'a' });
    default:
      return client.chat.completions.create({ model, messages: [] });
  }
}

/** Those of Gemini and Bedrock; `test/usage` makes their calls through the SDKs. */
function recordedShapes(): Answer[] {
  const folder = new URL('../usage/fixtures/', import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const shape = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      api: string;
      model: string;
      reply: { json?: Answer['body'] };
      usage: TokenUsage;
    };
    const provider = { 'gemini.generateContent': 'gcp.gemini', 'bedrock.Converse': 'aws.bedrock' }[
      shape.api
    ];
    const body = shape.reply.json;
    if (provider === undefined || body === undefined) return [];
    return [
      { name: file, provider, model: shape.model, body, usage: shape.usage, cost: undefined },
    ];
  });
}

const ANSWERS: readonly Answer[] = [
  ...answersOf('openai', openaiFixtures),
  ...answersOf('anthropic', anthropicFixtures),
  ...recordedShapes(),
];

const UNTOLD = { inputTokens: {}, outputTokens: {} };

/** What a provider package of the AI SDK hands on, by the version of its interface. */
const AI_SDK = {
  'usage.raw': ({ body }: Answer) => ({
    usage: { ...UNTOLD, raw: body['usage'] ?? body['usageMetadata'] },
    response: { body },
  }),
  'provider metadata': ({ provider, body }: Answer) => {
    const group = provider === 'gcp.gemini' ? 'google' : provider;
    const own =
      'usageMetadata' in body ? { usageMetadata: body['usageMetadata'] } : { usage: body['usage'] };
    return { usage: UNTOLD, providerMetadata: { [group]: own }, response: { body } };
  },
} as const;

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

async function callBy(make: () => Promise<unknown>): Promise<LlmCall> {
  await recorder.start();
  await make();
  const [recorded] = recorder.calls;
  expect(recorder.calls).toHaveLength(1);
  return recorded!.call;
}

function expectResult(call: LlmCall | undefined, { usage, cost }: Answer): void {
  expect(call?.usage).toEqual(usage);
  if (cost !== undefined) expect(call?.providerCost).toEqual(cost);
}

/** A span whose tokens are all 0 says that its writer was told none. */
function toldBySpan(answer: Answer): Answer {
  return tokensOf(answer.usage ?? {}) === 0 ? { ...answer, usage: undefined } : answer;
}

function spanOf(attributes: Readonly<Record<string, string | number>>): LlmCall | undefined {
  const span = {
    name: 'call',
    attributes,
    startTime: [1, 0] as [number, number],
    endTime: [2, 0] as [number, number],
    status: { code: 0 },
  };
  const recognised = recognise(span);
  return recognised === undefined ? undefined : convertSpan(span, recognised);
}

describe.each(ANSWERS.map((answer) => [`${answer.provider} ${answer.name}`, answer] as const))(
  '%s',
  (_title, answer) => {
    const { provider, model, body } = answer;

    const { ask } = answer;
    if (ask !== undefined) {
      it('by the SDK', async () => {
        expectResult(await callBy(ask), answer);
      });
    }

    it.each(Object.entries(AI_SDK))('by a model of the AI SDK, in its %s', async (_, resultOf) => {
      const aiModel = {
        specificationVersion: 'v3',
        provider,
        modelId: model,
        config: { baseURL: `https://${hostOf(provider)}/v1` },
        doGenerate: async () => ({ content: [], finishReason: 'stop', ...resultOf(answer) }),
      };
      watchModelOrProvider(aiModel);
      const asked = aiModel as { doGenerate(options: object): Promise<unknown> };
      expectResult(await callBy(() => asked.doGenerate({ prompt: [] })), answer);
    });

    it('by a span with the recorded answer', () => {
      const call = spanOf({
        'openinference.span.kind': answer.isEmbedding ? 'EMBEDDING' : 'LLM',
        'llm.provider': provider,
        'llm.model_name': model,
        'llm.token_count.prompt': 1,
        'llm.token_count.completion': 1,
        'output.mime_type': 'application/json',
        'output.value': JSON.stringify(body),
      });
      expectResult(call, toldBySpan(answer));
    });

    it('by a span of the AI SDK with the provider’s metadata', () => {
      const { providerMetadata } = AI_SDK['provider metadata'](answer);
      const call = spanOf({
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.provider': provider,
        'ai.model.id': model,
        'ai.response.providerMetadata': JSON.stringify(providerMetadata),
      });
      // Searches stand in the answer alone, which this writer leaves out.
      const usage = { ...answer.usage, webSearches: undefined };
      const isCounted = JSON.stringify(providerMetadata).includes('search');
      expectResult(call, toldBySpan(isCounted ? answer : { ...answer, usage }));
    });
  },
);
