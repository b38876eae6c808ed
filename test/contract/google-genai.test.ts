import { describe } from 'vitest';

import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { googleGenAiSdk } from '../../instrumentation/google-genai/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, embedContent, generateContent, googleError } from './google-fixtures.ts';
import { googleGenAiSpecials } from './google-genai-specials.ts';
import { describePlainContract } from './plain-suite.ts';

interface GoogleGenAiModule {
  readonly GoogleGenAI: new (options: object) => object;
}

describe('@google/genai', () => {
  describePlainContract({
    instrumentation: googleGenAi,
    copies: copiesOf([
      ['genai1', 1],
      ['genai2', 2],
      ['@google/genai', 3],
    ]),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as GoogleGenAiModule).GoogleGenAI({
        apiKey: 'key',
        httpOptions: { baseUrl: baseURL },
      }),
    apisOf: ({ major }) => [generateContent, embedContent(major)],
    specialsOf: ({ major }) => googleGenAiSpecials(major),
    shapes: googleGenAiSdk.methods.map(({ shape }) => shape),
    content: SAID,
    errorReply: googleError,
  });
});
