import type { SdkMetadata } from '../core/sdk.ts';

/** The official package. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@mistralai/mistralai',
    testedVersions: '1 to 2',
    covers: [
      'chat',
      'agents',
      'conversations',
      'fill-in-the-middle',
      'embeddings',
      'OCR',
      'audio',
      'moderations',
    ],
    pathWord: 'mistral',
  },
];
