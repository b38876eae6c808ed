import { afterAll, beforeAll, describe } from 'vitest';

import { googleVertexAi } from '../../instrumentation/google-legacy/index.ts';
import { vertexAiSdk } from '../../instrumentation/google-legacy/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, googleError } from './google-fixtures.ts';
import { legacyContent } from './google-legacy-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface Client {
  googleAuth: unknown;
}

interface VertexAiModule {
  readonly VertexAI: new (options: object) => Client;
}

describe('@google-cloud/vertexai', () => {
  // The SDK sends by https alone, and by the fetch of the process.
  const { fetch } = globalThis;
  beforeAll(() => {
    globalThis.fetch = (url, init) =>
      fetch(typeof url === 'string' ? url.replace('https:', 'http:') : url, init);
  });
  afterAll(() => {
    globalThis.fetch = fetch;
  });

  describePlainContract({
    instrumentation: googleVertexAi,
    copies: copiesOf([['@google-cloud/vertexai', 1]]).slice(0, 1),
    createClient(moduleExports, baseURL) {
      const client = new (moduleExports as VertexAiModule).VertexAI({
        project: 'project',
        location: 'us-central1',
        apiEndpoint: new URL(baseURL).host,
      });
      client.googleAuth = { getAccessToken: async () => 'token' };
      return client;
    },
    apisOf: () => [
      legacyContent(
        'generateContent',
        { 'gen_ai.provider.name': 'gcp.vertex_ai' },
        false,
        (model, prompt) => model.generateContent(prompt),
        (model, prompt) => model.generateContentStream(prompt),
      ),
      // Without parameters a chat forgets the endpoint of its model.
      legacyContent(
        'chat',
        { 'gen_ai.provider.name': 'gcp.vertex_ai' },
        false,
        (model, prompt) => model.startChat({}).sendMessage(prompt),
        (model, prompt) => model.startChat({}).sendMessageStream(prompt),
      ),
    ],
    specialsOf: () => [],
    shapes: vertexAiSdk.methods.map(({ shape }) => shape),
    content: SAID,
    errorReply: googleError,
  });
});
