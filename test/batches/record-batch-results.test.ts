import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { array, assert, asyncProperty, integer, nat, record } from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { recordBatchResults, withAttribution } from '../../index.ts';
import { anthropicLine, batchNanos, chatBody, openaiLine } from './batch-lines.ts';
import { type BatchBench, startBatchBench } from './bench.ts';

let bench: BatchBench;
let folder: string;
beforeAll(async () => {
  bench = await startBatchBench([]);
  folder = await mkdtemp(join(tmpdir(), 'costspan-batches-'));
});
afterEach(() => {
  bench.reset();
});
afterAll(async () => {
  await bench.stop();
  await rm(folder, { recursive: true });
});

/** Tells `read` in a workflow of its own, and what was booked there. */
async function bookedBy(
  workflow: string,
  read: () => Promise<unknown>,
): Promise<number | undefined> {
  await withAttribution({ workflow }, read);
  return (await bench.booked(workflow)).nanos;
}

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

/** One line, and then an error. */
async function* breakingOff(): AsyncGenerator<string> {
  yield openaiLine(1, { ...chatBody(1, 100, 10), id: 'before' });
  throw new Error('S3 has gone');
}

describe('recordBatchResults', () => {
  it('books the lines of a job of Bedrock, by each maker’s own counts', async () => {
    const claude = anthropicLine(1, 'claude-sonnet-4-5-20250929', 900, 100) as {
      result: { message: object };
    };
    const lines = [
      { recordId: 'R1', modelInput: {}, modelOutput: claude.result.message },
      { recordId: 'R2', modelInput: {}, error: { errorCode: 400, errorMessage: 'too long' } },
    ];
    const nova = {
      recordId: 'N1',
      modelInput: {},
      modelOutput: {
        output: { message: { role: 'assistant', content: [{ text: 'x' }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 4_000, outputTokens: 500, totalTokens: 4_500 },
      },
    };
    const batchId = 'arn:aws:bedrock:us-east-1:1:model-invocation-job/a';
    const nanos = await bookedBy('bedrock', async () => {
      const summary = await recordBatchResults(
        { provider: 'bedrock', model: CLAUDE, batchId },
        lines,
      );
      expect(summary).toMatchObject({ answers: 2, booked: 2 });
      await recordBatchResults({ provider: 'bedrock', model: 'amazon.nova-pro-v1:0', batchId }, [
        nova,
      ]);
    });
    expect(nanos).toBe(
      batchNanos(CLAUDE, 900, 100, 'aws') + batchNanos('amazon.nova-pro-v1:0', 4_000, 500, 'aws'),
    );
    expect((await bench.booked('bedrock')).calls).toEqual({ chat: 2, 'chat error': 1 });
  });

  it('books what Vertex AI wrote, Claude’s lines like Gemini’s', async () => {
    const gemini = {
      request: { model: 'publishers/google/models/gemini-2.5-flash', contents: [] },
      status: '',
      response: {
        responseId: 'g-1',
        modelVersion: 'gemini-2.5-flash',
        candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }],
        usageMetadata: {
          promptTokenCount: 3_000,
          candidatesTokenCount: 400,
          totalTokenCount: 3_400,
        },
      },
    };
    const failed = { request: {}, status: 'Bad Request: no', response: {} };
    const nanos = await bookedBy('vertex', () =>
      recordBatchResults({ provider: 'vertex', batchId: 'projects/p/1' }, [gemini, failed]),
    );
    expect(nanos).toBe(batchNanos('gemini-2.5-flash', 3_000, 400, 'google'));
  });

  it('reads files, lines and bytes alike, and books a repetition of any of them once', async () => {
    const lines = Array.from({ length: 50 }, (_, index) =>
      openaiLine(index, { ...chatBody(index, 700 + index, 90), id: `file-${index}` }),
    );
    const path = join(folder, 'results.jsonl');
    await writeFile(path, lines.join('\n'));
    const source = { provider: 'openai', batchId: 'batch_file' };
    const sum = lines.reduce(
      (nanos, _, index) => nanos + batchNanos('gpt-4o-mini', 700 + index, 90, 'openai'),
      0,
    );
    const nanos = await bookedBy('files', async () => {
      const first = await recordBatchResults(source, createReadStream(path, { highWaterMark: 61 }));
      expect(first).toEqual({ answers: 50, booked: 50, costUsd: sum / 1e9 });
      for (const again of [
        () => createReadStream(path, { encoding: 'utf8', highWaterMark: 61 }),
        () => createInterface({ input: createReadStream(path) }),
        () => lines.join('\n'),
        () => new TextEncoder().encode(lines.join('\r\n')),
        () => lines.map((line) => JSON.parse(line) as object),
      ]) {
        expect(await recordBatchResults(source, again())).toEqual({
          answers: 50,
          booked: 0,
          costUsd: undefined,
        });
      }
    });
    expect(nanos).toBe(sum);
    expect(bench.readings).toHaveLength(1);
  });

  it('comes to the same total in any order, repetition and cut', async () => {
    let runs = 0;
    await assert(
      asyncProperty(
        array(record({ input: integer({ min: 1, max: 1e6 }), output: nat(1e5) }), {
          minLength: 1,
          maxLength: 12,
        }),
        array(nat()),
        array(integer({ min: 1, max: 400 }), { minLength: 1 }),
        async (answers, order, cuts) => {
          runs += 1;
          const lines = answers.map(({ input, output }, index) =>
            openaiLine(index, {
              ...chatBody(index, input, output),
              id: index % 3 === 0 ? undefined : `property-${runs}-${index}`,
            }),
          );
          const told = [...lines, ...order.map((index) => lines[index % lines.length]!)];
          const shuffled = told
            .map((line, index) => ({
              line,
              at: (order[index % order.length] ?? 0) * 7_919 + index,
            }))
            .sort((one, other) => (one.at % 13) - (other.at % 13))
            .map(({ line }) => line);
          const bytes = new TextEncoder().encode(shuffled.join('\n'));
          const pieces: Uint8Array[] = [];
          for (let start = 0, piece = 0; start < bytes.length; piece += 1) {
            const end = start + cuts[piece % cuts.length]!;
            pieces.push(bytes.subarray(start, end));
            start = end;
          }
          const { booked, costUsd } = await recordBatchResults(
            { provider: 'openai', batchId: `batch-property-${runs}` },
            pieces,
          );
          const sum = answers.reduce(
            (nanos, { input, output }) =>
              nanos + batchNanos('gpt-4o-mini', input, output, 'openai'),
            0,
          );
          expect(booked).toBe(answers.length);
          expect(Math.round((costUsd ?? 0) * 1e9)).toBe(sum);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells of a broken line and books the others', async () => {
    const [first, second] = [1, 2].map((index) =>
      openaiLine(index, { ...chatBody(index, 100, 10), id: `broken-${index}` }),
    );
    const nanos = await bookedBy('broken', () =>
      recordBatchResults({ provider: 'openai' }, `${first}\n{"id":"batch_req_9","resp\n${second}`),
    );
    expect(nanos).toBe(2 * batchNanos('gpt-4o-mini', 100, 10, 'openai'));
    expect(
      bench.live.sink.metricValue('costspan.internal.errors', {
        'costspan.component': 'batch-line',
      }),
    ).toBe(1);
  });

  it('rejects with what its lines reject with, and keeps what came before', async () => {
    const nanos = await bookedBy('rejects', async () => {
      await expect(recordBatchResults({ provider: 'openai' }, breakingOff())).rejects.toThrow(
        'S3 has gone',
      );
    });
    expect(nanos).toBe(batchNanos('gpt-4o-mini', 100, 10, 'openai'));
  });
});
