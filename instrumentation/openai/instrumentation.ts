import { endpointOf } from '../core/call/endpoint.ts';
import { type GeneratedSdk, watched } from '../core/stainless/generated-sdk.ts';
import { batchCreation, batchHelpers } from '../core/openai-wire/batch-methods.ts';
import { images, moderations, speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import {
  chatCompletions,
  completions,
  embeddings,
  fetchResponse,
  responses,
} from '../core/openai-wire/shapes.ts';
import { askForStreamUsage } from '../core/openai-wire/ask-for-usage.ts';
import { asDictionary } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { packages } from './metadata.ts';

const chat: CallShape = { ...chatCompletions, prepare: askForStreamUsage };
const text: CallShape = { ...completions, prepare: askForStreamUsage };

function clientEndpoint(client: unknown): CallEndpoint {
  const fields = asDictionary(client);
  const endpoint = endpointOf(fields?.['baseURL']);
  const azureClient =
    typeof fields?.['apiVersion'] === 'string' &&
    ('deploymentName' in fields || '_deployment' in fields);
  const provider = endpoint.provider ?? (azureClient ? 'azure.ai.openai' : 'openai');
  return { ...endpoint, provider };
}

/**
 * The methods of the `openai` package that reach a model. `parse`, `stream`, `runTools` and the
 * `beta.chat` helpers all call these.
 */
export const openaiSdk: GeneratedSdk = {
  packageName: packages[0].packageName,
  clientExports: ['OpenAI', 'default'],
  ownResource: 'chat',
  endpointOf: clientEndpoint,
  methods: [
    watched('chat.completions.create', chat),
    watched('completions.create', text),
    watched('responses.create', responses),
    watched('responses.retrieve', fetchResponse),
    watched('responses.cancel', fetchResponse),
    watched('embeddings.create', embeddings),
    watched('images.generate', images),
    watched('images.edit', images),
    watched('images.createVariation', images),
    watched('audio.speech.create', speech),
    watched('audio.transcriptions.create', transcriptions),
    watched('audio.translations.create', transcriptions),
    watched('moderations.create', moderations),
    batchCreation,
  ],
  helpers: batchHelpers(clientEndpoint),
};
