import * as cohere8 from 'cohere-ai/aws';
import * as cohere7 from 'cohere7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { cohere } from '../../instrumentation/cohere/index.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

const AWS = { awsRegion: 'us-east-1', awsAccessKey: 'key', awsSecretKey: 'secret' };
const MODEL = 'cohere.command-r-v1:0';
const COUNTS = {
  'x-amzn-bedrock-input-token-count': '69',
  'x-amzn-bedrock-output-token-count': '31',
};
const METRICS = { 'amazon-bedrock-invocationMetrics': { inputTokenCount: 9, outputTokenCount: 4 } };
const EMBEDDINGS = {
  id: 'e',
  response_type: 'embeddings_floats',
  texts: ['a'],
  embeddings: [[0.1, 0.2]],
};
const TALK = { model: MODEL, messages: [{ role: 'user' as const, content: 'hi' }] };

describe.each([
  ['cohere-ai 8', cohere8],
  ['cohere-ai 7', cohere7],
])('%s on Bedrock', (_name, sdk) => {
  let server: ProviderServer;
  let recorder: Recorder;

  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    cohere.patch({
      packageName: 'cohere-ai',
      version: undefined,
      path: `/${_name}`,
      format: 'commonjs',
      moduleExports: sdk,
    });
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });
  beforeEach(async () => {
    await recorder.start();
    const { fetch } = globalThis;
    // The SDK makes the address out of the region and takes no other.
    vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
      fetch(url.replace(/^https:\/\/[^/]+\.amazonaws\.com/, server.url), init),
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    server.reset();
  });

  it('takes the counts of the headers, since the body of a chat has none', async () => {
    server.next({ headers: COUNTS, json: { text: 'hm', finish_reason: 'COMPLETE' } });
    const answer = await new sdk.BedrockClient(AWS).chat({ model: MODEL, message: 'hi' });
    expect(answer.text).toBe('hm');
    expect(recorder.calls[0]?.call).toMatchObject({
      provider: 'aws.bedrock',
      usageSource: 'provider',
      usage: { input: 69, output: 31 },
    });
  });

  it('takes the counts of the headers for a chat of the second API', async () => {
    server.next({
      headers: COUNTS,
      json: { id: 'answer-1', finish_reason: 'COMPLETE', message: { role: 'assistant' } },
    });
    await new sdk.BedrockClientV2(AWS).chat(TALK);
    expect(recorder.calls[0]?.call).toMatchObject({
      usageSource: 'provider',
      usage: { input: 69, output: 31 },
    });
  });

  it('lets what the body counts win', async () => {
    const meta = { billed_units: { input_tokens: 7, output_tokens: 30 } };
    server.next({ headers: COUNTS, json: { text: 'hm', meta } });
    await new sdk.BedrockClient(AWS).chat({ model: MODEL, message: 'hi' });
    expect(recorder.calls[0]?.call.usage).toEqual({ input: 7, output: 30 });
  });

  it('takes the metrics at the end of a stream', async () => {
    server.next({
      sse: [
        { event_type: 'stream-start', generation_id: 'g' },
        { event_type: 'text-generation', text: 'hm' },
        { event_type: 'stream-end', finish_reason: 'COMPLETE', response: {}, ...METRICS },
      ],
    });
    const stream = await new sdk.BedrockClient(AWS).chatStream({ model: MODEL, message: 'hi' });
    const types: string[] = [];
    for await (const event of stream) types.push(event.eventType);
    expect(types).toContain('stream-end');
    expect(recorder.calls[0]?.call).toMatchObject({
      usageSource: 'provider',
      usage: { input: 9, output: 4 },
    });
  });

  it('counts only the input of embeddings', async () => {
    server.next({ headers: COUNTS, json: EMBEDDINGS });
    const model = 'cohere.embed-english-v3';
    await new sdk.BedrockClient(AWS).embed({ model, texts: ['a'], inputType: 'search_query' });
    expect(recorder.calls[0]?.call.usage).toEqual({ input: 69 });
  });

  it('counts a search unit for each 100 documents', async () => {
    server.next({ headers: COUNTS, json: { results: [{ index: 0, relevance_score: 0.5 }] } });
    const documents = Array.from({ length: 101 }, (_, index) => `document ${index}`);
    const model = 'cohere.rerank-v3-5:0';
    await new sdk.BedrockClient(AWS).rerank({ model, query: 'a', documents });
    expect(recorder.calls[0]?.call.usage).toEqual({ searchUnits: 2 });
  });
});
