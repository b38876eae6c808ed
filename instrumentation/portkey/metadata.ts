import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. What it does by the `openai` package within it is watched as that. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'portkey-ai',
    testedVersions: '3',
    covers: ['chat completions', 'completions', 'embeddings', 'prompts'],
  },
];
