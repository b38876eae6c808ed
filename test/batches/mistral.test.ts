import * as mistral2Module from '@mistralai/mistralai';
import * as mistral1Module from 'mistral1';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { withAttribution } from '../../index.ts';
import { mistral } from '../../instrumentation/mistral/index.ts';
import { batchNanos, chatBody, openaiLine } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
beforeAll(async () => {
  bench = await startBatchBench([
    [mistral, mistral1Module],
    [mistral, mistral2Module],
  ]);
});
afterEach(() => {
  bench.reset();
});
afterAll(() => bench.stop());

const MODEL = 'mistral-small-latest';

function jobOf(id: string, more: object): object {
  return {
    id,
    object: 'batch',
    input_files: ['00000000-0000-4000-8000-000000000001'],
    endpoint: '/v1/chat/completions',
    model: MODEL,
    errors: [],
    status: 'SUCCESS',
    created_at: 1_790_000_000,
    total_requests: 2,
    completed_requests: 2,
    succeeded_requests: 2,
    failed_requests: 0,
    ...more,
  };
}

function linesOf(id: string): readonly string[] {
  return [1, 2].map((index) =>
    openaiLine(index, {
      ...chatBody(index, 2_000 * index, 300),
      id: `${id}-${index}`,
      model: MODEL,
      service_tier: undefined,
    }),
  );
}

const NANOS = batchNanos(MODEL, 2_000, 300, 'mistral') + batchNanos(MODEL, 4_000, 300, 'mistral');

type Client = Pick<mistral2Module.Mistral, 'batch' | 'files'>;
const CLIENTS: Readonly<Record<string, () => Client>> = {
  'version 1': () =>
    new mistral1Module.Mistral({
      apiKey: 'key',
      serverURL: bench.server.url,
    }) as unknown as Client,
  'version 2': () => new mistral2Module.Mistral({ apiKey: 'key', serverURL: bench.server.url }),
};

describe.each(Object.entries(CLIENTS))('%s', (version, createClient) => {
  const booked = { nanos: NANOS, calls: { create_batch: 1, chat: 2 }, durations: undefined };

  it('books a file of answers as it is downloaded', async () => {
    const workflow = `file ${version}`;
    const id = `job-file-${version.slice(-1)}`;
    const lines = linesOf(id);
    bench.server.on('/v1/batch/jobs', { json: jobOf(id, { status: 'QUEUED' }) });
    bench.server.on(`/v1/batch/jobs/${id}`, { json: jobOf(id, { output_file: `out-${id}` }) });
    bench.server.on(`/v1/files/out-${id}/content`, {
      text: `${lines.join('\n')}\n`,
      headers: { 'content-type': 'application/octet-stream' },
      cut: [99, 100, 350],
    });
    const client = createClient();
    await withAttribution({ workflow }, () =>
      client.batch.jobs.create({
        model: MODEL,
        endpoint: '/v1/chat/completions',
        inputFiles: ['00000000-0000-4000-8000-000000000001'],
      }),
    );
    const { outputFile } = await client.batch.jobs.get({ jobId: id });
    const stream = await client.files.download({ fileId: outputFile ?? '' });
    expect(await new Response(stream).text()).toBe(`${lines.join('\n')}\n`);
    await bench.readingEnded();
    expect(await bench.booked(workflow)).toEqual(booked);
    expect(bench.readings[0]).toMatchObject({
      'gen_ai.provider.name': 'mistral_ai',
      'costspan.batch.id': id,
      'costspan.batch.answers': 2,
    });
  });

  it('books answers that the job holds itself, once', async () => {
    const workflow = `inline ${version}`;
    const id = `job-inline-${version.slice(-1)}`;
    const outputs = linesOf(id).map((line) => JSON.parse(line) as object);
    bench.server.on('/v1/batch/jobs', { json: jobOf(id, { status: 'QUEUED' }) });
    bench.server.always(`/v1/batch/jobs/${id}`, { json: jobOf(id, { outputs }) });
    const client = createClient();
    await withAttribution({ workflow }, () =>
      client.batch.jobs.create({
        model: MODEL,
        endpoint: '/v1/chat/completions',
        inputFiles: ['00000000-0000-4000-8000-000000000001'],
      }),
    );
    for (let poll = 0; poll < 2; poll += 1) await client.batch.jobs.get({ jobId: id });
    expect(await bench.booked(workflow)).toEqual(booked);
    expect(bench.readings).toHaveLength(1);
  });
});
