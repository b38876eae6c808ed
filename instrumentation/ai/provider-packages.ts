/** Said of packages that are watched by the interface they share and not tested one by one. */
export const UNTESTED = 'untested';

/**
 * Packages that make models for the AI SDK, with their versions that are tested. All follow one
 * interface.
 * @see https://ai-sdk.dev/providers/ai-sdk-providers
 */
export const providerPackages: readonly (readonly [name: string, testedVersions: string])[] = [
  ['@ai-sdk/openai', '1 to 4'],
  ['@ai-sdk/anthropic', '4'],
  ['@ai-sdk/gateway', '4'],
  ['@ai-sdk/openai-compatible', UNTESTED],
  ['@ai-sdk/azure', UNTESTED],
  ['@ai-sdk/google', UNTESTED],
  ['@ai-sdk/google-vertex', UNTESTED],
  ['@ai-sdk/amazon-bedrock', UNTESTED],
  ['@ai-sdk/mistral', UNTESTED],
  ['@ai-sdk/cohere', UNTESTED],
  ['@ai-sdk/groq', UNTESTED],
  ['@ai-sdk/xai', UNTESTED],
  ['@ai-sdk/deepseek', UNTESTED],
  ['@ai-sdk/perplexity', UNTESTED],
  ['@ai-sdk/togetherai', UNTESTED],
  ['@ai-sdk/fireworks', UNTESTED],
  ['@ai-sdk/cerebras', UNTESTED],
  ['@ai-sdk/deepinfra', UNTESTED],
  ['@ai-sdk/baseten', UNTESTED],
  ['@ai-sdk/moonshotai', UNTESTED],
  ['@ai-sdk/alibaba', UNTESTED],
  ['@ai-sdk/huggingface', UNTESTED],
  ['@ai-sdk/vercel', UNTESTED],
  ['@ai-sdk/open-responses', UNTESTED],
  ['@ai-sdk/replicate', UNTESTED],
  ['@ai-sdk/elevenlabs', UNTESTED],
  ['@ai-sdk/deepgram', UNTESTED],
  ['@ai-sdk/assemblyai', UNTESTED],
  ['@openrouter/ai-sdk-provider', UNTESTED],
  ['ollama-ai-provider', UNTESTED],
  ['ollama-ai-provider-v2', UNTESTED],
];
