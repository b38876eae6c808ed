import { createBatch } from '../batch/create-batch.ts';
import { learnBatch, learnBatches } from '../batch/known-batches.ts';
import { onResult } from '../batch/on-result.ts';
import type { CallEndpoint } from '../call/start-call.ts';
import { guarded } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import type { Method } from '../patch.ts';
import { type HelperMethod, watched } from './generated-sdk.ts';

/** Gives what the caller should get in place of `result`: the same, or a promise that settles alike. */
export type WatchResult = (
  result: unknown,
  endpoint: CallEndpoint,
  args: readonly unknown[],
) => unknown;

/**
 * A method that tells of batches or hands out their results, and is no call of a model.
 *
 * @param endpointOf where a client sends to.
 */
export function batchHelper(
  path: string,
  endpointOf: (client: unknown) => CallEndpoint,
  watch: WatchResult,
): HelperMethod {
  const { classPath, instancePath, method } = watched(path, createBatch);
  const wrap = (original: Method): Method =>
    function (this: { readonly _client?: unknown }, ...args: unknown[]): unknown {
      const result: unknown = original.apply(this, args);
      if (currentObserver() === undefined) return result;
      return guarded('batch-results', () => watch(result, endpointOf(this?._client), args), result);
    };
  return { classPath, instancePath, method, wrap };
}

/** Learns which files hold the results of a batch. */
export const learnFromBatch: WatchResult = (result, { provider }) =>
  onResult(result, (batch) => {
    learnBatch(provider, batch);
  });

export const learnFromList: WatchResult = (result, { provider }) =>
  onResult(result, (list) => {
    learnBatches(provider, list);
  });
