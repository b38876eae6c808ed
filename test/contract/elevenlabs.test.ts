import { describe } from 'vitest';

import { elevenLabs } from '../../instrumentation/elevenlabs/index.ts';
import { elevenLabsSdk } from '../../instrumentation/elevenlabs/instrumentation.ts';
import { copiesOf } from './copies.ts';
import {
  SAID,
  elevenLabsSpecials,
  speak,
  speakWithTimestamps,
  transcribe,
} from './elevenlabs-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface ElevenLabsModule {
  readonly ElevenLabsClient: new (options: object) => object;
}

describe('@elevenlabs/elevenlabs-js', () => {
  describePlainContract({
    instrumentation: elevenLabs,
    // There is no build of it for ES modules.
    copies: copiesOf([['@elevenlabs/elevenlabs-js', 2]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, baseUrl) =>
      new (moduleExports as ElevenLabsModule).ElevenLabsClient({ apiKey: 'test', baseUrl }),
    apisOf: () => [speak, speakWithTimestamps, transcribe],
    specialsOf: () => elevenLabsSpecials,
    shapes: [...new Set(elevenLabsSdk.methods.map(({ shape }) => shape))],
    content: SAID,
  });
});
