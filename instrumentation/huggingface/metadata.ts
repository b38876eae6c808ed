import { MAIN_MODULE, type SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@huggingface/inference',
    testedVersions: '2 to 4',
    covers: ['chatCompletion', 'textGeneration', 'featureExtraction', 'other tasks'],
    // The main one is watched of version 2, which is all one module.
    modules: [
      'dist/esm/lib/getProviderHelper.js',
      'dist/commonjs/lib/getProviderHelper.js',
      MAIN_MODULE,
    ],
    pathWord: 'huggingface',
  },
];
