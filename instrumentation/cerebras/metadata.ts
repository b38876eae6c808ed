import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@cerebras/cerebras_cloud_sdk',
    testedVersions: '1',
    covers: ['chat completions', 'completions'],
    pathWord: 'cerebras',
  },
];
