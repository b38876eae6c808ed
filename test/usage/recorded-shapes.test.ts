import * as BedrockRuntime from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bedrock } from '../../instrumentation/bedrock/index.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { clientConfig } from '../contract/bedrock-fixtures.ts';
import { type Recorder, startRecorder } from '../contract/recorder.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';

/** One recorded shape of a usage and the classes it must come to. A new shape is one such file. */
interface UsageShape {
  /** Where the shape is documented, or how it comes about. */
  readonly source: string;
  readonly api: string;
  readonly model: string;
  /** What `InvokeModel` sends. */
  readonly body?: object;
  readonly reply: Reply;
  readonly usage: object;
  readonly servedTier?: string;
  readonly responseId?: string;
  readonly finishReasons?: readonly string[];
  /** The sum of the classes is not the provider's total, and is counted as that. */
  readonly mismatch?: boolean;
}

const FOLDER = new URL('fixtures/', import.meta.url);
const shapes = readdirSync(FOLDER).map((file) => {
  const shape = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as UsageShape;
  return { name: file.replace('.json', ''), shape };
});

const MESSAGES: BedrockRuntime.Message[] = [{ role: 'user', content: [{ text: 'a' }] }];

/** Makes the call of a shape through the real SDK. */
async function call({ api, model, body }: UsageShape, url: string): Promise<void> {
  const genAi = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } });
  const client = new BedrockRuntime.BedrockRuntimeClient(clientConfig(url));
  const invoked = { modelId: model, body: JSON.stringify(body) };
  switch (api) {
    case 'gemini.generateContent':
      await genAi.models.generateContent({ model, contents: 'a' });
      break;
    case 'gemini.generateContentStream':
      await drain(await genAi.models.generateContentStream({ model, contents: 'a' }));
      break;
    case 'bedrock.Converse':
      await client.send(new BedrockRuntime.ConverseCommand({ modelId: model, messages: MESSAGES }));
      break;
    case 'bedrock.InvokeModel':
      await client.send(new BedrockRuntime.InvokeModelCommand(invoked));
      break;
    case 'bedrock.InvokeModelWithResponseStream': {
      const command = new BedrockRuntime.InvokeModelWithResponseStreamCommand(invoked);
      await drain((await client.send(command)).body);
      break;
    }
    default:
      throw new TypeError(`no API ${api}`);
  }
}

async function drain(stream: AsyncIterable<unknown> | undefined): Promise<void> {
  for await (const chunk of stream ?? []) expect(chunk).toBeDefined();
}

describe('recorded usages', () => {
  let server: ProviderServer;
  let recorder: Recorder;
  beforeAll(async () => {
    server = await startProviderServer();
    recorder = await startRecorder();
    const loaded = { version: undefined, path: '/', format: 'esm' } as const;
    googleGenAi.patch({
      ...loaded,
      packageName: '@google/genai',
      moduleExports: await import('@google/genai'),
    });
    bedrock.patch({
      ...loaded,
      packageName: '@aws-sdk/client-bedrock-runtime',
      moduleExports: BedrockRuntime,
    });
  });
  afterAll(async () => {
    await recorder.close();
    await server.close();
  });

  it.each(shapes)('$name', async ({ shape }) => {
    await recorder.start();
    server.reset();
    server.next(shape.reply);
    await call(shape, server.url);
    expect(recorder.calls.length).toBe(1);
    const told = recorder.calls[0]?.call;
    expect({ ...told?.usage }).toEqual(shape.usage);
    expect(told?.usageSource).toBe('provider');
    expect(told?.servedTier).toBe(shape.servedTier);
    const { responseId, finishReasons } = shape;
    if (responseId !== undefined) expect(told).toMatchObject({ responseId });
    if (finishReasons !== undefined) expect(told).toMatchObject({ finishReasons });
    expect(recorder.internalErrors).toEqual(shape.mismatch === true ? ['usage-total'] : []);
  });
});
