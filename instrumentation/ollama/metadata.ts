import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'ollama',
    testedVersions: '0.5 to 0.6',
    covers: ['chat', 'generate', 'embed'],
  },
];
