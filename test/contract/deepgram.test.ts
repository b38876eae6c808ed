import { describe } from 'vitest';

import { deepgram } from '../../instrumentation/deepgram/index.ts';
import { deepgramSdk } from '../../instrumentation/deepgram/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, analyze, speak, transcribeFile, transcribeUrl } from './deepgram-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface DeepgramModule {
  readonly DeepgramClient: new (options: object) => object;
}

describe('@deepgram/sdk', () => {
  describePlainContract({
    instrumentation: deepgram,
    copies: copiesOf([['@deepgram/sdk', 5]]),
    createClient: (moduleExports, baseUrl) =>
      new (moduleExports as DeepgramModule).DeepgramClient({
        apiKey: 'test',
        baseUrl,
        maxRetries: 0,
      }),
    apisOf: () => [transcribeUrl, transcribeFile, speak, analyze],
    specialsOf: () => [],
    shapes: deepgramSdk.methods.map(({ shape }) => shape),
    content: SAID,
    varyingHeaders: ['x-deepgram-session-id'],
  });
});
