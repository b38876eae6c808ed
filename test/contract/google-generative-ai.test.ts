import { describe } from 'vitest';

import { googleGenerativeAi } from '../../instrumentation/google-legacy/index.ts';
import { generativeAiSdk } from '../../instrumentation/google-legacy/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { PROMPT, SAID, googleError } from './google-fixtures.ts';
import { type GenerativeModel, legacyContent } from './google-legacy-fixtures.ts';
import type { PlainApi } from './plain-api.ts';
import { describePlainContract } from './plain-suite.ts';

interface Client {
  getGenerativeModel(parameters: object, options: object): GenerativeModel;
}

interface GenerativeAiModule {
  readonly GoogleGenerativeAI: new (apiKey: string) => Client;
}

const MODEL = { 'gen_ai.request.model': 'gemini-2.5-flash' };

const embedContent: PlainApi = {
  name: 'embedContent',
  whole: {
    reply: { json: { embedding: { values: [0.1, 0.2, 0.3] } } },
    call: (client, { prompt = PROMPT }) =>
      (client as Client).getGenerativeModel({ model: 'embedding-001' }, {}).embedContent(prompt),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'embedding-001',
      'gen_ai.embeddings.dimension.count': 3,
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8 },
    source: 'estimated',
  },
};

describe('@google/generative-ai', () => {
  describePlainContract({
    instrumentation: googleGenerativeAi,
    copies: copiesOf([['@google/generative-ai', 0.24]]),
    createClient(moduleExports, baseURL) {
      const client = new (moduleExports as GenerativeAiModule).GoogleGenerativeAI('key');
      const make = client.getGenerativeModel.bind(client);
      client.getGenerativeModel = (parameters) => make(parameters, { baseUrl: baseURL });
      return client;
    },
    apisOf: () => [
      legacyContent(
        'generateContent',
        MODEL,
        true,
        (model, prompt, options) => model.generateContent(prompt, options),
        (model, prompt, options) =>
          model.generateContentStream(
            { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
            options,
          ),
      ),
      legacyContent(
        'chat',
        MODEL,
        false,
        (model, prompt) => model.startChat().sendMessage(prompt),
        (model, prompt) => model.startChat().sendMessageStream([{ text: prompt }]),
      ),
      embedContent,
    ],
    specialsOf: () => [],
    shapes: generativeAiSdk.methods.map(({ shape }) => shape),
    content: SAID,
    errorReply: googleError,
  });
});
