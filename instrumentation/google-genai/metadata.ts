import type { SdkMetadata } from '../core/sdk.ts';

/** The Gemini API and Vertex AI. */
export const packages: readonly [SdkMetadata] = [
  {
    packageName: '@google/genai',
    testedVersions: '1 to 3',
    covers: [
      'generateContent',
      'generateContentStream',
      'chats',
      'embedContent',
      'images',
      'interactions',
      'batches',
      'live',
      'caches',
    ],
  },
];
