import { providerPackages } from '../ai/provider-packages.ts';

/**
 * The packages of `instrumentation/sdks.ts`, by name alone, so that the code which watches an SDK
 * is loaded when that SDK is and not before. A test keeps the two lists equal.
 */
export const sdkPackageNames: readonly string[] = [
  'openai',
  '@anthropic-ai/sdk',
  '@anthropic-ai/bedrock-sdk',
  '@anthropic-ai/vertex-sdk',
  '@google/genai',
  'ai',
  ...providerPackages.map(([name]) => name),
  'groq-sdk',
  'together-ai',
];

/**
 * Modules of a package that are watched beside its main one, by their path in the package: packages
 * whose users, and whose own modules, import parts.
 */
export const sdkModules: Readonly<Record<string, readonly string[]>> = {
  '@ai-sdk/google-vertex': ['dist/anthropic/index.mjs', 'dist/anthropic/index.js'],
  '@ai-sdk/amazon-bedrock': ['dist/anthropic/index.mjs', 'dist/anthropic/index.js'],
};
