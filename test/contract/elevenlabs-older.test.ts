import { describe } from 'vitest';

import { olderElevenLabs } from '../../instrumentation/elevenlabs/index.ts';
import { olderElevenLabsSdk } from '../../instrumentation/elevenlabs/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, olderSpeak } from './elevenlabs-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface ElevenLabsModule {
  readonly ElevenLabsClient: new (options: object) => object;
}

describe('elevenlabs', () => {
  describePlainContract({
    instrumentation: olderElevenLabs,
    // There is no build of it for ES modules.
    copies: copiesOf([['elevenlabs', 1]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, base) =>
      new (moduleExports as ElevenLabsModule).ElevenLabsClient({
        apiKey: 'test',
        environment: { base, wss: 'wss://e.example' },
      }),
    apisOf: () => [olderSpeak],
    specialsOf: () => [],
    shapes: [...new Set(olderElevenLabsSdk.methods.map(({ shape }) => shape))],
    content: SAID,
  });
});
