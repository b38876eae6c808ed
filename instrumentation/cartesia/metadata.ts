import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@cartesia/cartesia-js',
    testedVersions: '4',
    covers: ['speech', 'transcription', 'voice changer'],
    pathWord: 'cartesia',
  },
];
