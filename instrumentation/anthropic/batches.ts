import { context } from '@opentelemetry/api';
import { createBatch } from '../core/batch/create-batch.ts';
import { onResult } from '../core/batch/on-result.ts';
import { watchResults } from '../core/batch/watch-results.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { WatchResult } from '../core/stainless/batch-helper.ts';
import { asArray, asDictionary, asString } from '../../providers/read.ts';

/** A batch names the model of each of its requests; where all of them agree, it is the batch's. */
export const createMessageBatch: CallShape = {
  ...createBatch,
  requestedModel(args) {
    const models = (asArray(bodyOf(args)['requests']) ?? []).map((request) =>
      asString(asDictionary(asDictionary(request)?.['params'])?.['model']),
    );
    return new Set(models).size === 1 ? models[0] : undefined;
  },
};

/** Results come as a stream of lines that the SDK has parsed. */
export function watchMessageResults(shape: CallShape): WatchResult {
  return (result, endpoint, [id]) => {
    const asked = { context: context.active(), startedMs: performance.now() };
    const results = { endpoint, batchId: asString(id), model: undefined, shapeOf: () => shape };
    return onResult(result, (lines) => {
      watchResults(lines, { ...asked, results, isKnown: true });
    });
  };
}
