import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'zeroentropy',
    testedVersions: '0.1',
    covers: ['embed', 'rerank'],
  },
];
