import type { SdkMetadata } from '../core/sdk.ts';

/** The official package, and Anthropic's own clients of Claude on Bedrock, Vertex AI and Foundry. */
export const packages: readonly [SdkMetadata, SdkMetadata, SdkMetadata, SdkMetadata] = [
  {
    packageName: '@anthropic-ai/sdk',
    testedVersions: '0.27 to 1',
    covers: [
      'messages',
      'beta messages',
      'message streams',
      'tool runner',
      'completions',
      'batches',
    ],
  },
  {
    packageName: '@anthropic-ai/bedrock-sdk',
    testedVersions: '1',
    covers: ['messages', 'beta messages', 'message streams'],
  },
  {
    packageName: '@anthropic-ai/vertex-sdk',
    testedVersions: '1',
    covers: ['messages', 'beta messages', 'message streams'],
  },
  {
    packageName: '@anthropic-ai/foundry-sdk',
    testedVersions: '1',
    covers: ['messages', 'beta messages', 'message streams'],
  },
];
