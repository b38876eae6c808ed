import { endpointOf } from '../core/call/endpoint.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { PlainMethod, PlainSdk } from '../core/plain/plain-sdk.ts';
import { asDictionary } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { readChatRequest, readGenerateRequest } from './request.ts';
import { readAnswer, readEmbeddings } from './response.ts';
import { packages } from './metadata.ts';

const chat: CallShape = {
  operation: 'chat',
  readRequest: readChatRequest,
  outputLimit: () => 'options.num_predict',
  readResponse: readAnswer,
  readChunk: readAnswer,
  requestText: (args) => [bodyOf(args)['messages'], bodyOf(args)['tools']],
};

const generate: CallShape = {
  operation: 'text_completion',
  readRequest: readGenerateRequest,
  outputLimit: () => 'options.num_predict',
  readResponse: readAnswer,
  readChunk: readAnswer,
  requestText: (args) => [bodyOf(args)['prompt'], bodyOf(args)['system']],
};

const embeddings: CallShape = {
  operation: 'embeddings',
  readRequest: () => undefined,
  readResponse: readEmbeddings,
  requestText: (args) => bodyOf(args)['input'] ?? bodyOf(args)['prompt'],
};

function clientEndpoint(client: unknown): CallEndpoint {
  const endpoint = endpointOf(asDictionary(asDictionary(client)?.['config'])?.['host']);
  return { ...endpoint, provider: endpoint.provider ?? 'ollama' };
}

function method(name: string, shape: CallShape): PlainMethod {
  return { classPath: ['Ollama'], method: name, shape };
}

/** The methods of the `ollama` package that run a model. Its default export is a client too. */
export const ollamaSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: clientEndpoint,
  isClient: (client) => 'processStreamableRequest' in client && 'ongoingStreamedRequests' in client,
  methods: [
    method('chat', chat),
    method('generate', generate),
    method('embed', embeddings),
    method('embeddings', embeddings),
  ],
};
