import { SELLERS } from './sellers.ts';

/**
 * Everything that is known of a provider by its name: one entry each, read by `names.ts`,
 * `hosts.ts`, `book-id.ts` and `stream-usage.ts`. The names are the well-known values of
 * `gen_ai.provider.name`; providers without one have a short token of their own.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai docs/gen-ai/client-inference.md
 */
export interface Provider {
  /** `gen_ai.provider.name`. */
  readonly name: string;
  /**
   * Other ways in which writers spell it, in the form of {@link import('./names.ts').foldSpelling}:
   * lower case without blanks, dashes and underscores. The name itself need not be there.
   */
  readonly spellings?: readonly string[];
  /** Hosts that match whole, with a port where the port makes the difference. */
  readonly hosts?: readonly string[];
  /** Domains that match themselves and everything below them (regional and per-tenant hosts). */
  readonly domains?: readonly string[];
  /** Paths that alone bill what is posted to them, where its hosts do much besides. */
  readonly billedPaths?: RegExp;
  /** Paths that cost nothing, where its hosts bill every other post. */
  readonly freePaths?: RegExp;
  /** Its id in the price book, where that is not its name. */
  readonly bookId?: string;
  /** Beginnings of the names of models that are its own, in lower case. */
  readonly models?: RegExp;
  /**
   * What asking for the usage of a stream comes to, where `stream_options.include_usage` is known to
   * be taken and no usage comes without it. Others refuse it (Mistral, Together), or send the usage
   * by themselves: DeepSeek, Fireworks, Cerebras and Together on the last chunk, OpenRouter and
   * Perplexity always, Groq as `x_groq`, Moonshot inside of the last choice, where asking would move
   * it from.
   *
   * @see https://platform.openai.com/docs/api-reference/chat/create#chat_create-stream_options
   * @see https://openrouter.ai/docs/use-cases/usage-accounting
   * @see https://api-docs.deepseek.com/api/create-chat-completion
   * @see https://docs.fireworks.ai/tools-sdks/openai-compatibility
   */
  readonly streamUsage?: StreamUsage;
}

export interface StreamUsage {
  /** What asking puts on the chunks of a stream beside the extra one at its end. */
  readonly chunksHave: 'usage: null' | 'running usage' | 'nothing';
  /** Whether behind the host stand others, by model, which may differ in what they take. */
  readonly routesByModel?: boolean;
}

/** In the order in which models are looked for: the clouds' own spellings of them come first. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: 'aws.bedrock',
    // Hosts of Bedrock are told by a rule of their own.
    spellings: [
      'aws',
      'amazon',
      'bedrock',
      'bedrockconverse',
      'amazonbedrock',
      'awsbedrock',
      'anthropicaws',
      'anthropicbedrock',
    ],
    bookId: 'aws',
    models:
      /^(?:(?:global|us|us-gov|eu|apac|au|jp|ca)\.)?(?:anthropic|amazon|meta|cohere|ai21|mistral|deepseek|qwen|openai|google|nvidia|writer|stability|twelvelabs|luma|minimax|moonshot|moonshotai|zai)\./,
  },
  {
    name: 'openai',
    streamUsage: { chunksHave: 'usage: null' },
    spellings: ['chatopenai', 'textcompletionopenai'],
    domains: ['api.openai.com'],
    models:
      /^(?:gpt-|chatgpt|o[1-9](?:-|$)|text-embedding-(?:3|ada)|text-moderation|dall-e|whisper|tts-|omni-moderation|computer-use|davinci|babbage|ft:gpt)/,
  },
  {
    name: 'anthropic',
    spellings: ['claude', 'anthropictext'],
    domains: ['api.anthropic.com'],
    models: /^claude/,
  },
  {
    name: 'gcp.gemini',
    streamUsage: { chunksHave: 'running usage' },
    spellings: [
      'gemini',
      'google',
      'googleai',
      'googlegenai',
      'googlegemini',
      'googleaistudio',
      'googlegenerativeai',
      'generativeai',
      'google.generativeai',
      'googlegla',
    ],
    hosts: ['generativelanguage.googleapis.com'],
    bookId: 'google',
    models: /^(?:gemini|imagen|gemma|models\/gemini|text-embedding-00|text-multilingual)/,
  },
  {
    name: 'gcp.vertex_ai',
    spellings: [
      'vertex',
      'vertexai',
      'vertexaibeta',
      'googlevertex',
      'googlevertexai',
      'anthropicvertex',
      'google.vertex',
    ],
    hosts: ['aiplatform.googleapis.com'],
    bookId: 'google',
  },
  // Google, where nobody knows by which of its two ways.
  { name: 'gcp.gen_ai', spellings: ['gcp.vertex.agent'], bookId: 'google' },
  {
    name: 'azure.ai.openai',
    streamUsage: { chunksHave: 'usage: null', routesByModel: true },
    // The AI SDK's `azure` and LangChain's both ask Azure OpenAI.
    spellings: ['azure', 'azureopenai', 'azurechatopenai', 'azuretext', 'az.ai.openai'],
    domains: [
      'openai.azure.com',
      'openai.azure.us',
      'openai.azure.cn',
      'cognitiveservices.azure.com',
      'azure-api.net',
    ],
    bookId: 'azure',
  },
  {
    name: 'azure.ai.inference',
    spellings: ['azureai', 'azureaiinference', 'azureinference', 'foundry', 'az.ai.inference'],
    hosts: ['models.inference.ai.azure.com', 'models.github.ai'],
    domains: ['services.ai.azure.com', 'inference.ai.azure.com'],
    bookId: 'azure',
  },
  {
    name: 'mistral_ai',
    spellings: ['mistral', 'codestral'],
    hosts: ['api.mistral.ai', 'codestral.mistral.ai'],
    bookId: 'mistral',
    models: /^(?:mistral|ministral|codestral|magistral|pixtral|devstral|voxtral|open-mi)/,
  },
  {
    name: 'cohere',
    spellings: ['coherechat'],
    hosts: ['api.cohere.com', 'api.cohere.ai'],
    models: /^(?:command|embed-(?:english|multilingual|v)|rerank)/,
  },
  { name: 'deepseek', hosts: ['api.deepseek.com'], models: /^deepseek/ },
  {
    name: 'x_ai',
    streamUsage: { chunksHave: 'nothing' },
    spellings: ['grok'],
    domains: ['api.x.ai'],
    bookId: 'x-ai',
    models: /^grok/,
  },
  {
    name: 'perplexity',
    spellings: ['perplexityai'],
    hosts: ['api.perplexity.ai'],
    models: /^sonar/,
  },
  {
    name: 'moonshot_ai',
    spellings: ['moonshot', 'kimi'],
    hosts: ['api.moonshot.ai', 'api.moonshot.cn'],
    bookId: 'moonshotai',
    models: /^(?:kimi|moonshot)/,
  },
  {
    name: 'voyage',
    spellings: ['voyageai'],
    hosts: ['api.voyageai.com'],
    bookId: 'voyageai',
    models: /^voyage/,
  },
  { name: 'groq', hosts: ['api.groq.com'] },
  {
    name: 'ibm.watsonx.ai',
    spellings: ['watsonx', 'ibm', 'ibmwatsonx', 'watsonxai'],
    domains: ['ml.cloud.ibm.com'],
  },
  { name: 'openrouter', hosts: ['openrouter.ai'] },
  { name: 'together', spellings: ['togetherai'], hosts: ['api.together.xyz', 'api.together.ai'] },
  { name: 'fireworks', spellings: ['fireworksai'], hosts: ['api.fireworks.ai'] },
  { name: 'cerebras', hosts: ['api.cerebras.ai'] },
  { name: 'deepinfra', hosts: ['api.deepinfra.com'] },
  {
    name: 'huggingface',
    spellings: ['hf'],
    hosts: ['router.huggingface.co', 'api-inference.huggingface.co'],
    domains: ['endpoints.huggingface.cloud'],
  },
  { name: 'novita', spellings: ['novitaai'], hosts: ['api.novita.ai'] },
  { name: 'zai', hosts: ['api.z.ai', 'open.bigmodel.cn'] },
  { name: 'zhipuai', spellings: ['zhipu'] },
  { name: 'minimax', hosts: ['api.minimax.io', 'api.minimaxi.com', 'minimaxi.com'] },
  {
    name: 'vercel',
    streamUsage: { chunksHave: 'nothing', routesByModel: true },
    spellings: ['gateway', 'vercelaigateway', 'aigateway'],
    hosts: ['ai-gateway.vercel.sh'],
  },
  {
    name: 'ollama',
    spellings: ['ollamachat'],
    hosts: ['localhost:11434', '127.0.0.1:11434', '[::1]:11434'],
  },
  { name: 'ollama_cloud', hosts: ['ollama.com'] },
  ...SELLERS,
];
