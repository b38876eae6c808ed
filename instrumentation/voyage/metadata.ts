import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: 'voyageai',
    testedVersions: '0.0 to 0.4',
    covers: ['embed', 'multimodalEmbed', 'contextualizedEmbed', 'rerank'],
  },
];
