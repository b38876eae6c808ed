import type { SdkMetadata } from '../core/sdk.ts';

/** The official package, and the one that it replaced. */
export const packages: readonly [SdkMetadata, SdkMetadata] = [
  {
    packageName: '@elevenlabs/elevenlabs-js',
    testedVersions: '2',
    covers: ['speech', 'dialogue', 'transcription', 'sound effects', 'music', 'voices', 'dubbing'],
    pathWord: 'elevenlabs',
  },
  {
    packageName: 'elevenlabs',
    testedVersions: '1',
    covers: ['speech', 'transcription', 'sound effects', 'voices', 'dubbing'],
  },
];
