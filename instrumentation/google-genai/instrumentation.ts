import { endpointOf } from '../core/call/endpoint.ts';
import { embeds, generates } from '../core/gemini-wire/shapes.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { asArray, asDictionary, asString } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { createGeminiBatch, geminiBatchHelpers } from './batches.ts';
import { createCache, updateCache } from './caches.ts';
import { createInteraction, getInteraction } from './interactions.ts';
import {
  contentText,
  keepModelOfCache,
  parametersOf,
  readContentRequest,
  readImageRequest,
} from './request.ts';
import { packages } from './metadata.ts';

const content: CallShape = {
  ...generates,
  readRequest: readContentRequest,
  outputLimit: () => 'config.maxOutputTokens',
  markChangeable: keepModelOfCache,
  requestText: contentText,
};

const contentStream: CallShape = {
  ...content,
  readRequest(record, args) {
    record.call.stream = true;
    readContentRequest(record, args);
  },
};

const embeddings: CallShape = {
  ...embeds,
  readRequest: () => undefined,
  requestText: (args) => parametersOf(args)['contents'] ?? parametersOf(args)['content'],
};

/** Images are billed by the piece; what was filtered away is not. */
const images: CallShape = {
  operation: 'generate_content',
  readRequest: readImageRequest,
  readResponse({ call }, response) {
    const made = (asArray(asDictionary(response)?.['generatedImages']) ?? []).filter(
      (entry) => asDictionary(entry)?.['raiFilteredReason'] === undefined,
    );
    if (made.length > 0) call.usage = { images: made.length };
  },
};

/**
 * The public methods are arrow functions of each object, and one call of theirs may reach the model
 * several times: automatic function calling, continuation. Below them stands one method of the
 * prototype that sends one request, which chats use as well.
 */
function ofModels(method: string, shape: CallShape): PlainMethod {
  return { classPath: ['Models'], clientPath: ['models'], method, shape };
}

function ofCaches(method: string, shape: CallShape): PlainMethod {
  return { classPath: ['Caches'], clientPath: ['caches'], method, shape };
}

function ofBatches(method: string): PlainMethod {
  return { classPath: ['Batches'], clientPath: ['batches'], method, shape: createGeminiBatch };
}

function ofInteractions(method: string, shape: CallShape): PlainMethod {
  return { classPath: ['GoogleGenAI'], resourcePath: ['interactions'], method, shape };
}

/** The resource knows its API client: `apiClient`, `parentClient`, or in 1.x `_client` of another build. */
function resourceEndpoint(resource: unknown): CallEndpoint {
  const fields = asDictionary(resource);
  const apiClient = asDictionary(
    fields?.['apiClient'] ??
      fields?.['parentClient'] ??
      asDictionary(fields?.['_client'])?.['clientAdapter'],
  );
  const options = asDictionary(apiClient?.['clientOptions']);
  const endpoint = endpointOf(
    asDictionary(options?.['httpOptions'])?.['baseUrl'] ??
      asDictionary(fields?.['_client'])?.['baseURL'],
  );
  const isVertex = options?.['vertexai'] === true;
  const provider = endpoint.provider ?? (isVertex ? 'gcp.vertex_ai' : 'gcp.gemini');
  const place = provider === 'gcp.vertex_ai' ? asString(options?.['location']) : undefined;
  return { ...endpoint, provider, place };
}

/** The methods of `@google/genai` that reach a model. */
export const googleGenAiSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: resourceEndpoint,
  isClient: (client) => 'models' in client && 'chats' in client,
  methods: [
    ofModels('generateContentInternal', content),
    ofModels('generateContentStreamInternal', contentStream),
    ofModels('embedContentInternal', embeddings),
    ofModels('generateImagesInternal', images),
    ofModels('editImageInternal', images),
    ofModels('upscaleImageInternal', images),
    ofCaches('create', createCache),
    ofCaches('update', updateCache),
    ofInteractions('create', createInteraction),
    ofInteractions('get', getInteraction),
    ofInteractions('cancel', getInteraction),
    ofBatches('createInternal'),
    ofBatches('createEmbeddingsInternal'),
  ],
  helpers: geminiBatchHelpers(resourceEndpoint),
};
