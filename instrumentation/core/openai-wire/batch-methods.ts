import { context } from '@opentelemetry/api';
import { isApiPromise } from '../answer/record-promise.ts';
import { createBatch } from '../batch/create-batch.ts';
import { batchOfFile, learnBatch, learnBatches } from '../batch/known-batches.ts';
import { watchResults } from '../batch/watch-results.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallEndpoint } from '../call/start-call.ts';
import { guarded } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import { type Method, defineHidden } from '../patch.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import { type HelperMethod, type WatchedMethod, watched } from '../stainless/generated-sdk.ts';
import { images, moderations } from './media-shapes.ts';
import { chatCompletions, completions, embeddings, responses } from './shapes.ts';

/** How an answer of a batch is read, whichever endpoint it was asked of. */
export function shapeOfAnswer(body: Dictionary): CallShape {
  switch (body['object']) {
    case 'response':
      return responses;
    case 'text_completion':
      return completions;
    case 'chat.completion':
      return chatCompletions;
    default:
  }
  if ('results' in body) return moderations;
  const first = asDictionary(asArray(body['data'])?.[0]);
  if (first === undefined) return chatCompletions;
  return 'embedding' in first ? embeddings : images;
}

/** The method that creates batches. */
export const batchCreation: WatchedMethod = watched('batches.create', createBatch);

type Watch = (result: unknown, endpoint: CallEndpoint, args: readonly unknown[]) => void;

/**
 * The methods that tell of batches and hand out their results. They are no calls of a model.
 *
 * @param endpointOf where a client sends to.
 */
export function batchHelpers(
  endpointOf: (client: unknown) => CallEndpoint,
): readonly HelperMethod[] {
  const helper = (path: string, watch: Watch): HelperMethod => {
    const { classPath, instancePath, method } = watched(path, createBatch);
    const wrap = (original: Method): Method =>
      function (this: { readonly _client?: unknown }, ...args: unknown[]): unknown {
        const result: unknown = original.apply(this, args);
        if (currentObserver() !== undefined) {
          guarded('batch-results', () => watch(result, endpointOf(this?._client), args), undefined);
        }
        return result;
      };
    return { classPath, instancePath, method, wrap };
  };
  return [
    helper('batches.retrieve', learnFromBatch),
    helper('batches.cancel', learnFromBatch),
    helper('batches.list', (result, { provider }) => {
      onResult(result, (list) => {
        learnBatches(provider, list);
      });
    }),
    helper('files.content', watchContent),
    // The same as text, until openai 5.
    helper('files.retrieveContent', watchContent),
  ];
}

function learnFromBatch(result: unknown, { provider }: CallEndpoint): void {
  onResult(result, (batch) => {
    learnBatch(provider, batch);
  });
}

/** A file that is asked for may hold results: those of a known batch, or what its first line shows. */
function watchContent(result: unknown, endpoint: CallEndpoint, [file]: readonly unknown[]): void {
  const asked = { context: context.active(), startedMs: performance.now() };
  onResult(result, (content) => {
    const batch = batchOfFile(endpoint.provider, asString(file));
    const results = { endpoint, batchId: batch?.id, model: batch?.model, shapeOf: shapeOfAnswer };
    watchResults(content, { ...asked, results, isKnown: batch !== undefined });
  });
}

/**
 * Learns what a promise of the SDK comes to, where the SDK itself learns it: by its parsing, and by
 * the response that the caller may ask for instead.
 */
function onResult(promise: unknown, learn: (result: unknown) => void): void {
  if (!isApiPromise(promise)) return;
  const told = (result: unknown): void => {
    guarded('batch-results', () => learn(result), undefined);
  };
  const { parseResponse } = promise;
  promise.parseResponse = function (this: unknown, ...args) {
    const parsed = parseResponse.apply(this, args);
    if (!(parsed instanceof Promise)) {
      told(parsed);
      return parsed;
    }
    return parsed.then((result: unknown) => {
      told(result);
      return result;
    });
  };
  const asResponse: unknown = Reflect.get(promise, 'asResponse');
  if (typeof asResponse !== 'function') return;
  defineHidden(promise, 'asResponse', () =>
    (asResponse.call(promise) as Promise<unknown>).then((response) => {
      told(response);
      return response;
    }),
  );
}
