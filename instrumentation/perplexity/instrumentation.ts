import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import {
  chatCompletions,
  embeddings,
  fetchResponse,
  responses,
} from '../core/openai-wire/shapes.ts';
import { readPlainResponse } from '../core/openai-wire/response.ts';
import type { CallShape } from '../core/call/shape.ts';
import { packages } from './metadata.ts';

/** One search of the web without a model, billed by the request. */
const search: CallShape = {
  operation: 'retrieval',
  readRequest: () => undefined,
  readResponse(record, response) {
    readPlainResponse(record, response);
    record.call.usage ??= { webSearches: 1 };
  },
};

/** The methods of `@perplexity-ai/perplexity_ai` that are billed. */
export const perplexitySdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Perplexity', 'default'],
  endpointOf: (client) => endpointOfClient(client, 'perplexity'),
  methods: [
    watched('chat.completions.create', chatCompletions),
    watched('responses.create', responses),
    watched('responses.retrieve', fetchResponse),
    watched('embeddings.create', embeddings),
    watched('contextualizedEmbeddings.create', embeddings),
    watched('search.create', search),
  ],
};
