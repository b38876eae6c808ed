import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@huggingface/inference',
    testedVersions: '3 to 4',
    covers: ['chatCompletion', 'textGeneration', 'featureExtraction', 'other tasks'],
    modules: ['dist/esm/lib/getProviderHelper.js', 'dist/commonjs/lib/getProviderHelper.js'],
    pathWord: 'huggingface',
  },
];
