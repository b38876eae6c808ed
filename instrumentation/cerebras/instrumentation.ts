import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import { chatCompletions, completions } from '../core/openai-wire/shapes.ts';
import { packages } from './metadata.ts';

/**
 * The methods of `@cerebras/cerebras_cloud_sdk` that reach a model. A stream's usage comes without
 * being asked, in the last chunk.
 */
export const cerebrasSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Cerebras', 'default'],
  endpointOf: (client) => endpointOfClient(client, 'cerebras'),
  methods: [
    watched('chat.completions.create', chatCompletions),
    watched('completions.create', completions),
  ],
};
