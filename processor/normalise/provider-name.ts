/** Spellings of providers, in lower case → `gen_ai.provider.name`. */
const ALIASES: Readonly<Record<string, string>> = {
  xai: 'x_ai',
  'x-ai': 'x_ai',
  grok: 'x_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  moonshot: 'moonshot_ai',
  moonshotai: 'moonshot_ai',
  azure: 'azure.ai.openai',
  azureopenai: 'azure.ai.openai',
  'az.ai.openai': 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  azure_openai: 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  azure_ai: 'azure.ai.inference',
  azure_ai_inference: 'azure.ai.inference',
  vertex: 'gcp.vertex_ai',
  vertex_ai: 'gcp.vertex_ai',
  vertexai: 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  google_vertexai: 'gcp.vertex_ai',
  gemini: 'gcp.gemini',
  google: 'gcp.gemini',
  googleai: 'gcp.gemini',
  'google.generative-ai': 'gcp.gemini',
  google_genai: 'gcp.gemini',
  generativeai: 'gcp.gemini',
  'google-gla': 'gcp.gemini',
  'gcp.vertex.agent': 'gcp.gen_ai',
  aws: 'aws.bedrock',
  amazon: 'aws.bedrock',
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  amazon_bedrock: 'aws.bedrock',
  aws_bedrock: 'aws.bedrock',
  watsonx: 'ibm.watsonx.ai',
  togetherai: 'together',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  'fireworks-ai': 'fireworks',
  hf: 'huggingface',
  gateway: 'vercel',
};

/** Names that tell who made the span, not who served the model. */
const NOT_A_PROVIDER: ReadonlySet<string> = new Set(['langchain', 'unknown', 'custom', 'other']);

/** Well-known names that hold dots themselves; others end at the first dot. */
const DOTTED = /^(?:aws|azure|gcp|ibm)\./;

/** Whose model it is, by the beginning of its name; the clouds' own spellings come first. */
const BY_MODEL: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [
    /^(?:(?:global|us|us-gov|eu|apac|au|jp|ca)\.)?(?:anthropic|amazon|meta|cohere|ai21|mistral)\./,
    'aws.bedrock',
  ],
  [
    /^(?:gpt-|chatgpt|o[1-9](?:-|$)|text-embedding-(?:3|ada)|text-moderation|dall-e|whisper|tts-)/,
    'openai',
  ],
  [/^(?:omni-moderation|computer-use|davinci|babbage|ft:gpt)/, 'openai'],
  [/^claude/, 'anthropic'],
  [/^(?:gemini|imagen|gemma|models\/gemini|text-embedding-00|text-multilingual)/, 'gcp.gemini'],
  [/^(?:mistral|ministral|codestral|magistral|pixtral|devstral|voxtral|open-mi)/, 'mistral_ai'],
  [/^(?:command|embed-(?:english|multilingual|v)|rerank)/, 'cohere'],
  [/^deepseek/, 'deepseek'],
  [/^grok/, 'x_ai'],
  [/^sonar/, 'perplexity'],
  [/^(?:kimi|moonshot)/, 'moonshot_ai'],
  [/^voyage/, 'voyage'],
];

/** Stands for a provider that nothing on the span tells. */
export const UNKNOWN_PROVIDER = '_OTHER';

/**
 * The `gen_ai.provider.name` behind what a writer calls the provider, or behind the model where it
 * calls it nothing.
 *
 * @example 'openai.responses' → 'openai'; 'google.vertex.anthropic.messages' → 'gcp.vertex_ai'
 */
export function providerNameOf(written: string | undefined, model: string | undefined): string {
  const name = written?.trim().toLowerCase();
  if (name !== undefined && name !== '' && !NOT_A_PROVIDER.has(name)) return fold(name);
  const id = model?.toLowerCase();
  if (id === undefined) return UNKNOWN_PROVIDER;
  return BY_MODEL.find(([pattern]) => pattern.test(id))?.[1] ?? UNKNOWN_PROVIDER;
}

function fold(name: string): string {
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name]!;
  if (name.startsWith('google.vertex')) return 'gcp.vertex_ai';
  if (name.startsWith('azure-openai.')) return 'azure.ai.openai';
  if (DOTTED.test(name)) {
    // `azure.chat`, `azure.responses` of the AI SDK.
    return name.startsWith('azure.') && !name.startsWith('azure.ai.') ? 'azure.ai.openai' : name;
  }
  const dot = name.indexOf('.');
  if (dot <= 0) return name;
  const first = name.slice(0, dot);
  return Object.hasOwn(ALIASES, first) ? ALIASES[first]! : first;
}
