import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as genai3Module from '@google/genai';
import * as genai1Module from 'genai1';
import * as genai2Module from 'genai2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { withAttribution } from '../../index.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { batchNanos, CONTENT } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
let folder: string;
beforeAll(async () => {
  bench = await startBatchBench(
    [genai1Module, genai2Module, genai3Module].map((copy) => [googleGenAi, copy] as const),
  );
  folder = await mkdtemp(join(tmpdir(), 'costspan-batches-'));
});
afterEach(() => {
  bench.reset();
});
afterAll(async () => {
  await bench.stop();
  await rm(folder, { recursive: true });
});

const MODEL = 'gemini-2.5-flash';

function answer(id: string, input: number, output: number): object {
  return {
    responseId: id,
    modelVersion: MODEL,
    candidates: [{ content: { parts: [{ text: CONTENT }], role: 'model' }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    },
  };
}

function job(name: string, output: object | undefined): object {
  const state = output === undefined ? 'BATCH_STATE_PENDING' : 'BATCH_STATE_SUCCEEDED';
  return { name, metadata: { state, model: `models/${MODEL}`, ...(output && { output }) } };
}

type Client = Pick<genai3Module.GoogleGenAI, 'batches' | 'files'>;
const options = () => ({ apiKey: 'key', httpOptions: { baseUrl: bench.server.url } });
const CLIENTS: Readonly<Record<string, () => Client>> = {
  'version 1': () => new genai1Module.GoogleGenAI(options()) as unknown as Client,
  'version 2': () => new genai2Module.GoogleGenAI(options()) as unknown as Client,
  'version 3': () => new genai3Module.GoogleGenAI(options()),
};

describe.each(Object.entries(CLIENTS))('%s', (version, createClient) => {
  it('books inlined answers once, however often the job is asked for', async () => {
    const workflow = `inlined ${version}`;
    const name = `batches/inlined-${version.slice(-1)}`;
    const output = {
      inlinedResponses: {
        inlinedResponses: [
          { response: answer(`${name}-a`, 3_000, 200) },
          { response: answer(`${name}-b`, 1_000, 900) },
          { error: { code: 3, message: 'no' } },
        ],
      },
    };
    bench.server.on(/:batchGenerateContent$/, { json: job(name, undefined) });
    bench.server.on(
      new RegExp(`${name}$`),
      { json: job(name, undefined) },
      { json: job(name, output) },
      { json: job(name, output) },
    );
    const ai = createClient();
    await withAttribution({ workflow }, () =>
      ai.batches.create({ model: MODEL, src: [{ contents: [{ parts: [{ text: 'Why?' }] }] }] }),
    );
    for (let poll = 0; poll < 3; poll += 1) await ai.batches.get({ name });
    expect(await bench.booked(workflow)).toEqual({
      nanos: batchNanos(MODEL, 3_000, 200, 'google') + batchNanos(MODEL, 1_000, 900, 'google'),
      calls: { create_batch: 1, generate_content: 2, 'generate_content error': 1 },
      durations: undefined,
    });
    expect(bench.readings).toHaveLength(1);
    expect(bench.readings[0]).toMatchObject({
      'costspan.batch.id': name,
      'costspan.batch.answers': 3,
      'gen_ai.response.model': MODEL,
    });
  });

  it('books a file of answers once it is downloaded', async () => {
    const workflow = `file ${version}`;
    const name = `batches/file-${version.slice(-1)}`;
    const file = `files/batch-file${version.slice(-1)}`;
    const lines = [1, 2, 3].map(
      (index) =>
        `${JSON.stringify({ key: `k${index}`, response: answer(`${name}-${index}`, 500 * index, 10) })}\n`,
    );
    bench.server.on(/:batchGenerateContent$/, { json: job(name, undefined) });
    bench.server.on(new RegExp(`${name}$`), { json: job(name, { responsesFile: file }) });
    bench.server.on(new RegExp(`${file}:download$`), { text: lines.join('') });
    const ai = createClient();
    await withAttribution({ workflow }, () =>
      ai.batches.create({ model: MODEL, src: { fileName: 'files/in' } }),
    );
    const { dest } = await ai.batches.get({ name });
    const downloadPath = join(folder, `${version}.jsonl`);
    await ai.files.download({ file: dest?.fileName ?? '', downloadPath });
    expect(await readFile(downloadPath, 'utf8')).toBe(lines.join(''));
    await bench.readingEnded();
    expect(await bench.booked(workflow)).toEqual({
      nanos: [500, 1_000, 1_500].reduce(
        (sum, input) => sum + batchNanos(MODEL, input, 10, 'google'),
        0,
      ),
      calls: { create_batch: 1, generate_content: 3 },
      durations: undefined,
    });
  });
});

it('books embeddings by the tokens beside them', async () => {
  const name = 'batches/embeddings';
  const model = 'gemini-embedding-001';
  const embedded = { embedding: { values: [0.1, 0.2] }, tokenCount: '4000' };
  bench.server.on(/:asyncBatchEmbedContent$/, { json: job(name, undefined) });
  bench.server.on(/embeddings$/, {
    json: {
      name,
      metadata: {
        state: 'BATCH_STATE_SUCCEEDED',
        model: `models/${model}`,
        output: {
          inlinedEmbedContentResponses: { inlinedResponses: [{ response: embedded }] },
        },
      },
    },
  });
  const ai = new genai3Module.GoogleGenAI(options());
  await withAttribution({ workflow: 'embeddings' }, () =>
    ai.batches.createEmbeddings({ model, src: { fileName: 'files/in' } }),
  );
  await ai.batches.get({ name });
  const { nanos, calls } = await bench.booked('embeddings');
  expect(calls).toEqual({ create_batch: 1, embeddings: 1 });
  expect(nanos).toBe(batchNanos(model, 4_000, 0, 'google'));
});
