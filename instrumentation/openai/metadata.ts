import type { SdkMetadata } from '../core/sdk.ts';

/** The official package, and through its `baseURL` every OpenAI-compatible server. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'openai',
    testedVersions: '4 to 7',
    covers: [
      'chat completions',
      'responses',
      'completions',
      'embeddings',
      'images',
      'audio',
      'moderations',
      'batches',
      'realtime',
    ],
    takesLookalikes: true,
  },
];
