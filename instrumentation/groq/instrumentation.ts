import { type GeneratedSdk, endpointOfClient, watched } from '../core/stainless/generated-sdk.ts';
import { speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import { chatCompletions, embeddings } from '../core/openai-wire/shapes.ts';
import { packages } from './metadata.ts';

/**
 * The methods of `groq-sdk` that reach a model. A stream's usage comes without being asked, in
 * `x_groq` of the last chunk.
 */
export const groqSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['Groq', 'default'],
  endpointOf: (client) => endpointOfClient(client, 'groq'),
  methods: [
    watched('chat.completions.create', chatCompletions),
    watched('embeddings.create', embeddings),
    watched('audio.speech.create', speech),
    watched('audio.transcriptions.create', transcriptions),
    watched('audio.translations.create', transcriptions),
  ],
};
