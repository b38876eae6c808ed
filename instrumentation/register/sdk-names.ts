/**
 * The packages of `instrumentation/sdks.ts`, by name alone, so that the code which watches an SDK
 * is loaded when that SDK is and not before. A test keeps the two lists equal.
 */
export const sdkPackageNames: readonly string[] = [
  'openai',
  '@anthropic-ai/sdk',
  '@anthropic-ai/bedrock-sdk',
  '@anthropic-ai/vertex-sdk',
];
