import { context } from '@opentelemetry/api';
import { createBatch } from '../batch/create-batch.ts';
import { batchOfFile } from '../batch/known-batches.ts';
import { onResult } from '../batch/on-result.ts';
import { watchResults } from '../batch/watch-results.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallEndpoint } from '../call/start-call.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../../providers/read.ts';
import {
  batchHelper,
  learnFromBatch,
  learnFromList,
  type WatchResult,
} from '../stainless/batch-helper.ts';
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

/**
 * The methods that tell of batches and hand out their results. They are no calls of a model.
 *
 * @param endpointOf where a client sends to.
 */
export function batchHelpers(
  endpointOf: (client: unknown) => CallEndpoint,
): readonly HelperMethod[] {
  return [
    batchHelper('batches.retrieve', endpointOf, learnFromBatch),
    batchHelper('batches.cancel', endpointOf, learnFromBatch),
    batchHelper('batches.list', endpointOf, learnFromList),
    batchHelper('files.content', endpointOf, watchContent),
    // The same as text, until openai 5.
    batchHelper('files.retrieveContent', endpointOf, watchContent),
  ];
}

/** A file that is asked for may hold results: those of a known batch, or what its first line shows. */
const watchContent: WatchResult = (result, endpoint, [file]) => {
  const asked = { context: context.active(), startedMs: performance.now() };
  return onResult(result, (content) => {
    const batch = batchOfFile(endpoint.provider, asString(file));
    const results = { endpoint, batchId: batch?.id, model: batch?.model, shapeOf: shapeOfAnswer };
    watchResults(content, { ...asked, results, isKnown: batch !== undefined });
  });
};
