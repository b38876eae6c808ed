import { MAIN_MODULE, type SdkMetadata, UNTESTED } from '../core/sdk.ts';

/** Their models of Claude come from a module of its own. */
const WITH_ANTHROPIC = [
  MAIN_MODULE,
  'dist/anthropic/index.mjs',
  'dist/anthropic/index.js',
] as const;

/** A package that makes models for the AI SDK. All follow one interface, so few are tested. */
function provider(
  packageName: string,
  {
    testedVersions = UNTESTED,
    modules = [MAIN_MODULE],
    pathWord = 'ai-sdk',
  }: Partial<SdkMetadata> = {},
): SdkMetadata {
  return {
    packageName,
    testedVersions,
    covers: ['all models of the AI SDK that it makes'],
    modules,
    pathWord,
  };
}

/**
 * The AI SDK, and the packages that make models for it.
 * @see https://ai-sdk.dev/providers/ai-sdk-providers
 */
export const packages: readonly [SdkMetadata, ...SdkMetadata[]] = [
  {
    packageName: 'ai',
    testedVersions: '4 to 7',
    covers: [
      'generateText',
      'streamText',
      'generateObject',
      'streamObject',
      'embed',
      'embedMany',
      'image, speech, transcription and reranking models',
      'agents and tools (7)',
    ],
  },
  provider('@ai-sdk/openai', { testedVersions: '1 to 4' }),
  provider('@ai-sdk/anthropic', { testedVersions: '4' }),
  provider('@ai-sdk/gateway', { testedVersions: '4' }),
  provider('@ai-sdk/openai-compatible'),
  provider('@ai-sdk/azure'),
  provider('@ai-sdk/google'),
  provider('@ai-sdk/google-vertex', { modules: WITH_ANTHROPIC }),
  provider('@ai-sdk/amazon-bedrock', { modules: WITH_ANTHROPIC }),
  provider('@ai-sdk/mistral'),
  provider('@ai-sdk/cohere'),
  provider('@ai-sdk/groq'),
  provider('@ai-sdk/xai'),
  provider('@ai-sdk/deepseek'),
  provider('@ai-sdk/perplexity'),
  provider('@ai-sdk/togetherai'),
  provider('@ai-sdk/fireworks'),
  provider('@ai-sdk/cerebras'),
  provider('@ai-sdk/deepinfra'),
  provider('@ai-sdk/baseten'),
  provider('@ai-sdk/moonshotai'),
  provider('@ai-sdk/alibaba'),
  provider('@ai-sdk/huggingface'),
  provider('@ai-sdk/vercel'),
  provider('@ai-sdk/open-responses'),
  provider('@ai-sdk/replicate'),
  provider('@ai-sdk/elevenlabs'),
  provider('@ai-sdk/deepgram'),
  provider('@ai-sdk/assemblyai'),
  provider('@openrouter/ai-sdk-provider'),
  provider('ollama-ai-provider', { pathWord: 'ollama' }),
  provider('ollama-ai-provider-v2', { pathWord: 'ollama' }),
];
