import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@fal-ai/client',
    testedVersions: '1',
    covers: ['run', 'subscribe', 'stream', 'queue'],
    // All that it sends but uploads goes through one function there.
    modules: ['src/request.js'],
    pathWord: 'fal-ai',
  },
];
