import type { SdkMetadata } from '../core/sdk.ts';

/** The Claude Agent SDK, which calls models in another process. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@anthropic-ai/claude-agent-sdk',
    testedVersions: '0.3',
    covers: ['`query`, by the results of each turn'],
  },
];
