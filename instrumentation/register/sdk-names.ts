import { providerPackages } from '../ai/provider-packages.ts';

/** The packages of `instrumentation/sdks.ts`, by the folder there that watches them. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  openai: ['openai'],
  anthropic: ['@anthropic-ai/sdk', '@anthropic-ai/bedrock-sdk', '@anthropic-ai/vertex-sdk'],
  'google-genai': ['@google/genai'],
  'google-legacy': ['@google/generative-ai', '@google-cloud/vertexai'],
  bedrock: ['@aws-sdk/client-bedrock-runtime'],
  ai: ['ai', ...providerPackages.map(([name]) => name)],
  groq: ['groq-sdk'],
  together: ['together-ai'],
  'openai-agents': ['@openai/agents-core'],
  'claude-agent': ['@anthropic-ai/claude-agent-sdk'],
  mcp: ['@modelcontextprotocol/sdk'],
  langchain: ['@langchain/core', '@langchain/langgraph'],
  cohere: ['cohere-ai'],
  ollama: ['ollama'],
  mistral: ['@mistralai/mistralai'],
  openrouter: ['@openrouter/sdk'],
  huggingface: ['@huggingface/inference'],
};

/**
 * The folder for each package, so that the code which watches an SDK is loaded when that SDK is and
 * not before. A test keeps this and the list of SDKs equal.
 */
export const sdkFolders: ReadonlyMap<string, string> = new Map(
  Object.entries(packagesOf).flatMap(([folder, names]) => names.map((name) => [name, folder])),
);

export const sdkPackageNames: readonly string[] = [...sdkFolders.keys()];

/** In {@link sdkModules}: what the package exports as itself. */
export const MAIN_MODULE = '.';

/**
 * Which modules of a package are watched where that is not its main one alone, by their path in the
 * package: users, and the package's own modules, import parts of these.
 */
export const sdkModules: Readonly<Record<string, readonly string[]>> = {
  'cohere-ai': [MAIN_MODULE, 'aws.js'],
  '@huggingface/inference': [
    'dist/esm/lib/getProviderHelper.js',
    'dist/commonjs/lib/getProviderHelper.js',
  ],
  '@ai-sdk/google-vertex': [MAIN_MODULE, ...both('dist/anthropic/index', '.mjs', '.js')],
  '@ai-sdk/amazon-bedrock': [MAIN_MODULE, ...both('dist/anthropic/index', '.mjs', '.js')],
  '@langchain/core': [
    ...both('dist/tools/index'),
    ...both('dist/language_models/chat_models'),
    ...both('dist/language_models/llms'),
  ],
  '@langchain/langgraph': both('dist/pregel/index'),
  '@modelcontextprotocol/sdk': ['dist/esm/shared/protocol.js', 'dist/cjs/shared/protocol.js'],
};

function both(path: string, ...endings: readonly string[]): readonly string[] {
  return (endings.length === 0 ? ['.js', '.cjs'] : endings).map((ending) => path + ending);
}
