import { describe } from 'vitest';

import { deepgram } from '../../instrumentation/deepgram/index.ts';
import { olderDeepgramSdk } from '../../instrumentation/deepgram/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, olderSpeak, olderTranscribeUrl } from './deepgram-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface DeepgramModule {
  createClient(key: string, options: object): object;
}

describe('@deepgram/sdk before version 5', () => {
  describePlainContract({
    instrumentation: deepgram,
    // There is no build of it for ES modules.
    copies: copiesOf([['deepgram4', 4]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, url) =>
      (moduleExports as DeepgramModule).createClient('test', {
        global: { fetch: { options: { url } } },
      }),
    apisOf: () => [olderTranscribeUrl, olderSpeak],
    specialsOf: () => [],
    shapes: olderDeepgramSdk.methods.map(({ shape }) => shape),
    content: SAID,
  });
});
