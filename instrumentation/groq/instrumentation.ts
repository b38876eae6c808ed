import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import { batchCreation, batchHelpers } from '../core/openai-wire/batch-methods.ts';
import { speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import { chatCompletions, embeddings } from '../core/openai-wire/shapes.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { packages } from './metadata.ts';

const endpointOf = (client: unknown): CallEndpoint => endpointOfClient(client, 'groq');

/**
 * The methods of `groq-sdk` that reach a model. A stream's usage comes without being asked, in
 * `x_groq` of the last chunk.
 */
export const groqSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Groq', 'default'],
  endpointOf,
  methods: [
    watched('chat.completions.create', chatCompletions),
    watched('embeddings.create', embeddings),
    watched('audio.speech.create', speech),
    watched('audio.transcriptions.create', transcriptions),
    watched('audio.translations.create', transcriptions),
    batchCreation,
  ],
  helpers: batchHelpers(endpointOf),
};
