import { setImmediate as nextTurn } from 'node:timers/promises';

import * as groqModule from 'groq-sdk';
import * as openaiModule from 'openai';
import * as openai4Module from 'openai4';
import * as openai5Module from 'openai5';
import * as openai6Module from 'openai6';
import * as togetherModule from 'together-ai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { withAttribution } from '../../index.ts';
import { groq } from '../../instrumentation/groq/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { together } from '../../instrumentation/together/index.ts';
import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import {
  assertKnownTelemetry,
  type LivePipeline,
  startLivePipeline,
} from '../scenarios/live-pipeline.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { batchNanos, chatBody, CONTENT, openaiLine } from './batch-lines.ts';

let live: LivePipeline;
let server: ProviderServer;
beforeAll(async () => {
  live = await startLivePipeline();
  server = await startProviderServer();
  const copies: [SdkInstrumentation, unknown][] = [
    [openai, openaiModule],
    [openai, openai4Module],
    [openai, openai5Module],
    [openai, openai6Module],
    [groq, groqModule],
    [together, togetherModule],
  ];
  for (const [sdk, moduleExports] of copies) {
    sdk.patch({
      packageName: sdk.packageName,
      version: undefined,
      path: '/node_modules/x',
      format: 'esm',
      moduleExports,
    });
  }
});
afterEach(() => {
  live.sink.clear();
  server.reset();
});
afterAll(async () => {
  await live.stop();
  await server.close();
});

const BATCH = {
  id: 'batch_1',
  object: 'batch',
  endpoint: '/v1/chat/completions',
  input_file_id: 'file-in',
  status: 'completed',
  output_file_id: 'file-out',
  error_file_id: 'file-err',
};
const LINES = Array.from({ length: 20 }, (_, index) =>
  openaiLine(index, chatBody(index, 1_000 + index, 200 + index)),
);
const NANOS = LINES.reduce(
  (sum, _, index) => sum + batchNanos('gpt-4o-mini', 1_000 + index, 200 + index, 'openai'),
  0,
);

/** Long files are read along between other work, so a reading ends when its span has arrived. */
async function readingEnded(): Promise<void> {
  for (;;) {
    await live.flush();
    if (readingSpans().length > 0) return;
    await nextTurn();
  }
}

/** What has arrived for one workflow. */
async function arrived(workflow: string): Promise<Record<string, number | undefined>> {
  await readingEnded();
  assertKnownTelemetry(live.sink);
  const labels = { 'costspan.workflow': workflow };
  const usd = live.sink.metricValue('costspan.cost.usd', labels);
  return {
    nanos: usd === undefined ? undefined : Math.round(usd * 1e9),
    answers: live.sink.metricValue('costspan.calls', {
      ...labels,
      'gen_ai.operation.name': 'chat',
    }),
    creates: live.sink.metricValue('costspan.calls', {
      ...labels,
      'gen_ai.operation.name': 'create_batch',
    }),
    durations: live.sink.metricValue('gen_ai.client.inference.duration', labels),
  };
}

const readingSpans = () =>
  live.sink.spans.filter(({ name }) => name === 'fetch_batch').map(({ attributes }) => attributes);

interface Client {
  readonly batches: {
    create(body: object): Promise<{ readonly id: string }>;
    retrieve(id: string): Promise<{ readonly output_file_id?: string | undefined }>;
  };
  readonly files: { content(id: string): Promise<Response> };
}

/** Ways to read a file, each giving its text. */
const READS: Readonly<Record<string, (client: Client, file: string) => Promise<string>>> = {
  text: async (client, file) => (await client.files.content(file)).text(),
  arrayBuffer: async (client, file) =>
    new TextDecoder().decode(await (await client.files.content(file)).arrayBuffer()),
  blob: async (client, file) => (await (await client.files.content(file)).blob()).text(),
  'the body as a stream': async (client, file) => {
    const { body } = await client.files.content(file);
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(piece, { stream: true });
    }
    return text;
  },
  'a clone': async (client, file) => {
    const response = await client.files.content(file);
    await response.clone().text();
    return response.text();
  },
};

const options = () => ({ apiKey: 'test', baseURL: server.openaiUrl });
const CLIENTS: Readonly<Record<string, () => Client>> = {
  'openai 7': () => new openaiModule.OpenAI(options()),
  'openai 6': () => new openai6Module.OpenAI(options()),
  'openai 5': () => new openai5Module.OpenAI(options()),
  'openai 4': () => new openai4Module.OpenAI(options()) as unknown as Client,
};

function serve(lines: readonly string[], cut: readonly number[] = [100, 101, 4_097]): void {
  server.always('/batches', { json: BATCH });
  server.always('/batches/batch_1', { json: BATCH });
  server.always('/files/file-out/content', { text: `${lines.join('\n')}\n`, cut });
}

describe.each(Object.entries(CLIENTS))('%s', (version, createClient) => {
  it.each(Object.entries(READS))('books what is read by %s', async (way, read) => {
    const workflow = `${version} ${way}`;
    // Ids of its own, as the process remembers what was booked.
    const lines = LINES.map((line) => line.replace('chatcmpl-', `chatcmpl-${workflow}-`));
    serve(lines);
    const client = createClient();
    await withAttribution({ workflow }, async () => client.batches.create({ input_file_id: 'f' }));
    const text = await withAttribution({ workflow: 'reader' }, async () => {
      await client.batches.retrieve('batch_1');
      return read(client, 'file-out');
    });
    expect(text).toBe(`${lines.join('\n')}\n`);
    expect(await arrived(workflow)).toEqual({
      nanos: NANOS,
      answers: 20,
      creates: 1,
      durations: undefined,
    });
    expect(readingSpans()[0]).toMatchObject({
      'gen_ai.operation.name': 'fetch_batch',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'costspan.batch.id': 'batch_1',
      'costspan.batch.answers': 20,
      'costspan.workflow': workflow,
      'costspan.price.tier': 'batch',
      'costspan.price.state': 'priced',
    });
    expect(readingSpans()[0]?.['gen_ai.usage.cost.amount']).toBeCloseTo(NANOS / 1e9, 9);
    expect(JSON.stringify(live.sink.exports)).not.toContain(CONTENT);
  });
});
