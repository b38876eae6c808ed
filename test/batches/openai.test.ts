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
import { batchNanos, chatBody, openaiLine } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
beforeAll(async () => {
  bench = await startBatchBench([
    [openai, openaiModule],
    [openai, openai4Module],
    [openai, openai5Module],
    [openai, openai6Module],
    [groq, groqModule],
    [together, togetherModule],
  ]);
});
afterEach(() => {
  bench.reset();
});
afterAll(() => bench.stop());

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

const options = () => ({ apiKey: 'test', baseURL: bench.server.openaiUrl });
const CLIENTS: Readonly<Record<string, () => Client>> = {
  'openai 7': () => new openaiModule.OpenAI(options()),
  'openai 6': () => new openai6Module.OpenAI(options()),
  'openai 5': () => new openai5Module.OpenAI(options()),
  'openai 4': () => new openai4Module.OpenAI(options()) as unknown as Client,
};

function serve(lines: readonly string[], cut: readonly number[] = [100, 101, 4_097]): void {
  bench.server.always('/batches', { json: BATCH });
  bench.server.always('/batches/batch_1', { json: BATCH });
  bench.server.always('/files/file-out/content', { text: `${lines.join('\n')}\n`, cut });
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
    await bench.readingEnded();
    expect(await bench.booked(workflow)).toEqual({
      nanos: NANOS,
      calls: { create_batch: 1, chat: 20 },
      durations: undefined,
    });
    const [reading] = bench.readings;
    expect(reading).toMatchObject({
      'gen_ai.operation.name': 'fetch_batch',
      'gen_ai.provider.name': 'openai',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'costspan.batch.id': 'batch_1',
      'costspan.batch.answers': 20,
      'costspan.workflow': workflow,
      'costspan.price.tier': 'batch',
      'costspan.price.state': 'priced',
    });
    expect(reading?.['gen_ai.usage.cost.amount']).toBeCloseTo(NANOS / 1e9, 9);
  });
});

const bodyOf = (model: string) => ({ ...chatBody(1, 5_000, 700), id: `${model}-1`, model });

describe('Groq and Together', () => {
  it('are booked alike, by their own SDKs', async () => {
    const [ofGroq, ofTogether] = [
      'llama-3.3-70b-versatile',
      'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    ] as const;
    bench.server.always('/batches', { json: { ...BATCH, id: 'batch_g' } });
    bench.server.always('/batches/batch_g', { json: { ...BATCH, id: 'batch_g' } });
    bench.server.on('/files/file-out/content', { text: openaiLine(1, bodyOf(ofGroq)) });
    bench.server.on('/files/file-out/content', { text: openaiLine(1, bodyOf(ofTogether)) });
    const groqClient = new groqModule.Groq({ apiKey: 'test', baseURL: bench.server.url });
    const togetherClient = new togetherModule.Together({
      apiKey: 'test',
      baseURL: bench.server.openaiUrl,
    });
    await withAttribution({ workflow: 'groq' }, () =>
      groqClient.batches.create({
        input_file_id: 'f',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      }),
    );
    await groqClient.batches.retrieve('batch_g');
    await (await groqClient.files.content('file-out')).text();
    await withAttribution({ workflow: 'together' }, () =>
      togetherClient.batches.create({ input_file_id: 'f', endpoint: '/v1/chat/completions' }),
    );
    await togetherClient.batches.retrieve('batch_g');
    await (await togetherClient.files.content('file-out')).text();
    await bench.readingEnded(2);
    const booked = { calls: { create_batch: 1, chat: 1 }, durations: undefined };
    expect(await bench.booked('groq')).toEqual({
      ...booked,
      nanos: batchNanos(ofGroq, 5_000, 700, 'groq'),
    });
    expect(await bench.booked('together')).toEqual({
      ...booked,
      nanos: batchNanos(ofTogether, 5_000, 700, 'together'),
    });
  });
});
