import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { watchModelOrProvider } from '../../instrumentation/ai/model-classes.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { callOfSpan } from './spans.ts';

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

const USAGE = {
  inputTokens: { total: 100, noCache: 100 },
  outputTokens: { total: 50, text: 50 },
};

/** The parts of tools that the provider ran, as models of the AI SDK tell of them. */
function ran(toolCallId: string, toolName: string, result: object = {}): object[] {
  return [
    { type: 'tool-call', toolCallId, toolName, input: '{}', providerExecuted: true },
    { type: 'tool-result', toolCallId, toolName, result },
  ];
}

const SEARCHED = [
  ...ran('ws_1', 'web_search', { action: { type: 'search', query: 'a' } }),
  ...ran('ws_2', 'web_search', { action: { type: 'openPage', url: 'https://example.com' } }),
  ...ran('ws_3', 'web_search', { action: { type: 'search', query: 'b' } }),
  { type: 'tool-call', toolCallId: 'own', toolName: 'weather', input: '{}' },
];

interface AskedModel {
  doGenerate(options: object): Promise<unknown>;
  doStream(options: object): Promise<{ readonly stream: ReadableStream }>;
}

/** A model that hands on nothing of the provider's own answer, and has no `fetch` to hear it by. */
function silentModel(provider: string, modelId: string, parts: readonly object[]): AskedModel {
  const finish = { finishReason: { unified: 'stop', raw: 'stop' }, usage: USAGE };
  const model = {
    specificationVersion: 'v3',
    provider,
    modelId,
    doGenerate: async () => ({ content: parts, ...finish }),
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          for (const part of [...parts, { type: 'finish', ...finish }]) controller.enqueue(part);
          controller.close();
        },
      }),
    }),
  };
  watchModelOrProvider(model);
  return model;
}

async function told(model: AskedModel, stream: boolean) {
  await recorder.start();
  const options = { prompt: [] };
  if (stream) for await (const _ of (await model.doStream(options)).stream);
  else await model.doGenerate(options);
  expect(recorder.calls).toHaveLength(1);
  const { call } = recorder.calls[0]!;
  return { searches: call.usage?.webSearches, also: call.alsoBilled, tools: call.toolCalls };
}

describe.each([
  ['whole', false],
  ['streamed', true],
] as const)('an answer of the AI SDK whose own words nobody hands on, %s', (_form, stream) => {
  it('counts its searches by their results', async () => {
    const model = silentModel('openai.responses', 'gpt-5-mini', SEARCHED);
    expect(await told(model, stream)).toEqual({ searches: 2, also: undefined, tools: 1 });
  });

  it('names what nobody counts', async () => {
    const parts = [...ran('ci_1', 'code_interpreter'), ...ran('ci_2', 'code_interpreter')];
    const model = silentModel('openai.responses', 'gpt-5-mini', parts);
    expect(await told(model, stream)).toEqual({
      searches: undefined,
      also: ['code_interpreter'],
      tools: undefined,
    });
  });

  it('names the code that Claude ran', async () => {
    const model = silentModel(
      'anthropic.messages',
      'claude-sonnet-4-5',
      ran('s', 'code_execution'),
    );
    expect((await told(model, stream)).also).toEqual(['code_execution']);
  });

  it('names nothing that costs its tokens alone', async () => {
    const model = silentModel('anthropic.messages', 'claude-sonnet-4-5', ran('s', 'web_fetch'));
    expect((await told(model, stream)).also).toBeUndefined();
  });
});

describe('a span of the AI SDK', () => {
  const SPAN = {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.model.provider': 'openai.responses',
    'ai.model.id': 'gpt-5-mini',
    'ai.usage.inputTokens': 100,
    'ai.usage.outputTokens': 50,
    'ai.prompt.tools': JSON.stringify([
      { type: 'provider', id: 'openai.web_search_preview', name: 'web' },
      { type: 'provider', id: 'openai.code_interpreter', name: 'code' },
      { type: 'function', name: 'weather' },
    ]),
  };

  it('names the hosted tools that were used, and cannot say how often', () => {
    const calls = JSON.stringify([{ toolCallId: '1', toolName: 'web', input: '{}' }]);
    const call = callOfSpan({ ...SPAN, 'ai.response.toolCalls': calls });
    expect(call?.alsoBilled).toEqual(['web_search']);
  });

  it('names those that may have been used, where it tells nothing of the answer', () => {
    expect(callOfSpan(SPAN)?.alsoBilled).toEqual(['code_interpreter', 'web_search']);
  });

  it('names none where the answer used none', () => {
    const call = callOfSpan({ ...SPAN, 'ai.response.text': 'No.' });
    expect(call?.alsoBilled).toBeUndefined();
  });

  it('names none that its metadata counts', () => {
    const tools = [{ type: 'provider', id: 'google.google_search', name: 'search' }];
    expect(
      callOfSpan({
        ...SPAN,
        'ai.model.provider': 'google.generative-ai',
        'ai.model.id': 'gemini-2.5-flash',
        'ai.prompt.tools': JSON.stringify(tools),
      })?.alsoBilled,
    ).toBeUndefined();
  });
});
