import type { SdkMetadata } from '../core/sdk.ts';

/** Agents of `@openai/agents`, whose parts share this package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@openai/agents-core',
    testedVersions: '0.20',
    covers: ['agents, handoffs, tools and named workflows of `@openai/agents`'],
  },
];
