import * as anthropicModule from '@anthropic-ai/sdk';
import * as anthropic0Module from 'anthropic0';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { withAttribution } from '../../index.ts';
import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { anthropicLine, batchNanos } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
beforeAll(async () => {
  bench = await startBatchBench([
    [anthropic, anthropicModule],
    [anthropic, anthropic0Module],
  ]);
});
afterEach(() => {
  bench.reset();
});
afterAll(() => bench.stop());

const MODEL = 'claude-sonnet-4-5-20250929';
const request = (index: number) => ({
  custom_id: `request-${index}`,
  params: {
    model: MODEL,
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'Why?' }],
  },
});

/** A batch of two answers and of three requests that came to nothing. */
function serve(id: string): readonly object[] {
  const lines = [
    anthropicLine(1, MODEL, 900, 100),
    anthropicLine(2, MODEL, 700, 300),
    {
      custom_id: 'request-3',
      result: {
        type: 'errored',
        error: { type: 'error', error: { type: 'invalid_request_error', message: 'no' } },
      },
    },
    { custom_id: 'request-4', result: { type: 'expired' } },
    { custom_id: 'request-5', result: { type: 'canceled' } },
  ].map((line) => JSON.parse(JSON.stringify(line).replaceAll('msg_', `${id}_msg_`)) as object);
  const batch = {
    id,
    type: 'message_batch',
    processing_status: 'ended',
    results_url: `${bench.server.url}/v1/messages/batches/${id}/results`,
  };
  bench.server.always('/v1/messages/batches', { json: batch });
  bench.server.always(`/v1/messages/batches/${id}`, { json: batch });
  bench.server.always(`/v1/messages/batches/${id}/results`, {
    text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    cut: [7, 300, 301, 640],
  });
  return lines;
}

const NANOS = batchNanos(MODEL, 900, 100, 'anthropic') + batchNanos(MODEL, 700, 300, 'anthropic');

const CLIENTS = {
  'version 1': () =>
    new anthropicModule.Anthropic({ apiKey: 'test', baseURL: bench.server.url }).messages.batches,
  'version 1, beta': () =>
    new anthropicModule.Anthropic({ apiKey: 'test', baseURL: bench.server.url }).beta.messages
      .batches,
  'version 0': () =>
    new anthropic0Module.Anthropic({ apiKey: 'test', baseURL: bench.server.url }).messages
      .batches as unknown as anthropicModule.Anthropic['messages']['batches'],
};

describe.each(Object.entries(CLIENTS))('%s', (version, batchesOf) => {
  it('books each answer for whoever created the batch, and nothing for the rest', async () => {
    const workflow = version;
    const id = `msgbatch_${version.replaceAll(/\W/g, '')}`;
    const lines = serve(id);
    const batches = batchesOf();
    await withAttribution({ workflow }, async () =>
      batches.create({ requests: [request(1), request(2)] }),
    );
    const seen: object[] = [];
    for await (const line of await batches.results(id)) seen.push(line);
    expect(seen).toEqual(lines);
    await bench.readingEnded();
    expect(await bench.booked(workflow)).toEqual({
      nanos: NANOS,
      calls: { create_batch: 1, chat: 2, 'chat error': 2, 'chat aborted': 1 },
      durations: undefined,
    });
    expect(bench.readings).toHaveLength(1);
    expect(bench.readings[0]).toMatchObject({
      'costspan.batch.id': id,
      'costspan.batch.answers': 5,
      'costspan.workflow': workflow,
      'gen_ai.response.model': MODEL,
    });
    const create = bench.live.sink.spans.find(({ name }) => name === `create_batch ${MODEL}`);
    expect(create?.attributes).toMatchObject({
      'costspan.batch.id': id,
      'costspan.workflow': workflow,
      'costspan.price.state': 'free',
    });
  });

  it('books what was read before a break, and the rest when it is read after all', async () => {
    const workflow = `${version}, broken off`;
    const id = `msgbatch_break_${version.replaceAll(/\W/g, '')}`;
    serve(id);
    const batches = batchesOf();
    await withAttribution({ workflow }, async () => batches.create({ requests: [request(1)] }));
    for await (const line of await batches.results(id)) if (line.custom_id !== '') break;
    await bench.readingEnded();
    expect((await bench.booked(workflow)).calls).toEqual({ create_batch: 1, chat: 1 });
    for await (const line of await batches.results(id)) expect(line).toBeDefined();
    await bench.readingEnded(2);
    expect((await bench.booked(workflow)).nanos).toBe(NANOS);
  });
});
