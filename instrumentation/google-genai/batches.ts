import { context } from '@opentelemetry/api';
import { BatchReading, type BatchResults } from '../core/batch/batch-reading.ts';
import { createBatch } from '../core/batch/create-batch.ts';
import { batchOfFile, learnBatch, learnBatches } from '../core/batch/known-batches.ts';
import { onResult } from '../core/batch/on-result.ts';
import { watchResultsFile } from '../core/batch/results-file.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { shapeOfGeminiAnswer } from '../core/gemini-wire/batch-answers.ts';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import type { Method } from '../core/patch.ts';
import type { PlainHelper } from '../core/plain/plain-sdk.ts';
import { type BatchObject, inlinedLines } from '../../providers/batches/batch-object.ts';
import { asDictionary, asString } from '../../providers/read.ts';

/** The internal methods take what the public ones take: `{ model, src, config }`. */
export const createGeminiBatch: CallShape = createBatch;

type Watch = (result: unknown, endpoint: CallEndpoint, args: readonly unknown[]) => unknown;

/**
 * The methods that tell of batches and hand out their results. They are no calls of a model.
 *
 * @param endpointOf where the client of a resource sends to.
 */
export function geminiBatchHelpers(
  endpointOf: (resource: unknown) => CallEndpoint,
): readonly PlainHelper[] {
  const helper = (className: string, field: string, method: string, watch: Watch): PlainHelper => ({
    classPath: [className],
    clientPath: [field],
    method,
    wrap: (original: Method) =>
      function (this: unknown, ...args: unknown[]): unknown {
        const result: unknown = original.apply(this, args);
        if (currentObserver() === undefined) return result;
        return guarded('batch-results', () => watch(result, endpointOf(this), args), result);
      },
  });
  return [
    helper('Batches', 'batches', 'get', watchJob),
    helper('Batches', 'batches', 'listInternal', (result, { provider }) =>
      onResult(result, (page) => {
        learnBatches(provider, asDictionary(page)?.['batchJobs']);
      }),
    ),
    helper('Files', 'files', 'download', watchDownload),
  ];
}

function resultsOf(endpoint: CallEndpoint, batch: BatchObject | undefined): BatchResults {
  return {
    endpoint,
    batchId: batch?.id,
    model: batch?.model,
    shapeOf: shapeOfGeminiAnswer,
  };
}

/** A job that is done holds its answers itself, unless they are in a file. */
function watchJob(result: unknown, endpoint: CallEndpoint): unknown {
  const asked = context.active();
  const startedMs = performance.now();
  return onResult(result, (job) => {
    const batch = learnBatch(endpoint.provider, job);
    const lines = inlinedLines(job);
    if (lines.length === 0) return;
    const reading = new BatchReading(resultsOf(endpoint, batch), asked, startedMs);
    for (const line of lines) reading.answer(line);
    reading.end();
  });
}

/** Files are downloaded to a path, where they are read once they are there. */
function watchDownload(
  result: unknown,
  endpoint: CallEndpoint,
  [parameters]: readonly unknown[],
): unknown {
  const asked = { context: context.active(), startedMs: performance.now() };
  const { file, downloadPath } = asDictionary(parameters) ?? {};
  const name = asString(file) ?? asString(asDictionary(file)?.['name']);
  return onResult(result, () => {
    if (typeof downloadPath !== 'string') return;
    const batch = batchOfFile(endpoint.provider, name);
    const results = resultsOf(endpoint, batch);
    watchResultsFile(downloadPath, { ...asked, results, isKnown: batch !== undefined });
  });
}
