import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'together-ai',
    testedVersions: '0.6 to 0.52',
    covers: [
      'chat completions',
      'completions',
      'embeddings',
      'rerank',
      'images',
      'audio',
      'batches',
    ],
  },
];
