import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import type { CallShape } from '../core/call/shape.ts';
import { embeddings } from '../core/openai-wire/shapes.ts';
import { rerank } from '../core/openai-wire/rerank.ts';
import { convertInputTotal } from '../../providers/usage/openai.ts';
import { packages } from './metadata.ts';

/** The tokens of the query and the documents stand in the answer itself. */
const ranking: CallShape = {
  ...rerank,
  readResponse(record, response) {
    rerank.readResponse(record, response);
    record.call.usage ??= convertInputTotal(response);
  },
};

/** The methods of `zeroentropy` that ask a model for what the caller sends. */
export const zeroEntropySdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['ZeroEntropy', 'default'],
  endpointOf: (client) => endpointOfClient(client, 'zeroentropy'),
  methods: [watched('models.embed', embeddings), watched('models.rerank', ranking)],
};
