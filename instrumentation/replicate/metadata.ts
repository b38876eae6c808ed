import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'replicate',
    testedVersions: '1',
    covers: ['run', 'stream', 'predictions', 'deployments', 'trainings'],
  },
];
