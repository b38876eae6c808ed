import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@deepgram/sdk',
    testedVersions: '4 to 5',
    covers: ['transcription', 'speech', 'text analysis'],
    pathWord: 'deepgram',
  },
];
