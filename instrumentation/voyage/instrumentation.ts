import { fernEndpoint, fernMethods } from '../core/fern/fern-client.ts';
import type { PlainSdk } from '../core/plain/plain-sdk.ts';
import { contextualizedEmbed, embed, multimodalEmbed, rerank } from './shapes.ts';
import { packages } from './metadata.ts';

/**
 * The methods of `voyageai` that reach a model. What it computes in this process (`voyage-4-nano`)
 * never comes to the methods that send.
 */
export const voyageSdk: PlainSdk = {
  packageName: packages[0].packageName,
  endpointOf: (client) => fernEndpoint(client, 'voyage', 'https://api.voyageai.com/v1'),
  isClient: (client) => 'multimodalEmbed' in client && '_options' in client,
  methods: fernMethods(
    { classPath: ['VoyageAIClient'] },
    { embed, multimodalEmbed, contextualizedEmbed, rerank },
  ),
};
