import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'groq-sdk',
    testedVersions: '0 to 1',
    covers: ['chat completions', 'embeddings', 'audio', 'batches'],
  },
];
