import type { SdkMetadata } from '../core/sdk.ts';

/** Google's first SDKs for the Gemini API and for Vertex AI, before `@google/genai`. */
export const packages: readonly [SdkMetadata, SdkMetadata] = [
  {
    packageName: '@google/generative-ai',
    testedVersions: '0.24',
    covers: ['generateContent', 'generateContentStream', 'chats', 'embedContent'],
  },
  {
    packageName: '@google-cloud/vertexai',
    testedVersions: '1',
    covers: ['generateContent', 'generateContentStream', 'chats'],
  },
];
