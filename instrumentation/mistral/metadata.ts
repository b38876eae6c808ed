import type { SdkMetadata } from '../core/sdk.ts';

/** The official package, and Mistral's own clients of its models on Azure and on Vertex AI. */
export const packages: readonly [SdkMetadata, SdkMetadata, SdkMetadata] = [
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
      'batches',
    ],
    pathWord: 'mistral',
  },
  {
    packageName: '@mistralai/mistralai-azure',
    testedVersions: '2',
    covers: ['chat', 'OCR'],
    pathWord: 'mistral',
  },
  {
    packageName: '@mistralai/mistralai-gcp',
    testedVersions: '1 to 2',
    covers: ['chat', 'fill-in-the-middle'],
    pathWord: 'mistral',
  },
];
