import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import { batchCreation, batchHelpers } from '../core/openai-wire/batch-methods.ts';
import { images, speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import { rerank } from '../core/openai-wire/rerank.ts';
import { chatCompletions, completions, embeddings } from '../core/openai-wire/shapes.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { packages } from './metadata.ts';

const endpointOf = (client: unknown): CallEndpoint => endpointOfClient(client, 'together');

/**
 * The methods of `together-ai` that reach a model; `chat.completions.stream` calls `create`. A
 * stream's usage comes without being asked, in the last chunk.
 */
export const togetherSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Together', 'default'],
  endpointOf,
  methods: [
    watched('chat.completions.create', chatCompletions),
    watched('completions.create', completions),
    watched('embeddings.create', embeddings),
    watched('rerank.create', rerank),
    // Older versions have it on the client itself.
    { classPath: [], instancePath: [], method: 'rerank', shape: rerank },
    watched('images.create', images),
    watched('images.generate', images),
    watched('audio.speech.create', speech),
    watched('audio.create', speech),
    watched('audio.transcriptions.create', transcriptions),
    watched('audio.translations.create', transcriptions),
    batchCreation,
  ],
  helpers: batchHelpers(endpointOf),
};
