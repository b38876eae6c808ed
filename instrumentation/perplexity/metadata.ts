import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@perplexity-ai/perplexity_ai',
    testedVersions: '0.38',
    covers: ['chat completions', 'responses', 'embeddings', 'search'],
    pathWord: 'perplexity',
  },
];
