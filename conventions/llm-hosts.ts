/**
 * Hosts of language-model providers and the `gen_ai.provider.name` that belongs to each: one table
 * for naming the provider of a client, for noticing requests that no instrumentation saw, and for
 * keeping baggage away from providers.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai docs/gen-ai/client-inference.md
 *   for the well-known values; providers without one get a short token of their own.
 */

/** Hosts that match whole. `localhost` and `127.0.0.1` count only with the port of Ollama. */
const PROVIDER_BY_HOST: ReadonlyMap<string, string> = new Map([
  ['models.inference.ai.azure.com', 'azure.ai.inference'],
  ['models.github.ai', 'azure.ai.inference'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.deepseek.com', 'deepseek'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral_ai'],
  ['codestral.mistral.ai', 'mistral_ai'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.cerebras.ai', 'cerebras'],
  ['router.huggingface.co', 'huggingface'],
  ['api-inference.huggingface.co', 'huggingface'],
  ['api.novita.ai', 'novita'],
  ['api.z.ai', 'zai'],
  ['open.bigmodel.cn', 'zai'],
  ['api.minimax.io', 'minimax'],
  ['api.minimaxi.com', 'minimax'],
  ['minimaxi.com', 'minimax'],
  ['api.voyageai.com', 'voyage'],
  ['ai-gateway.vercel.sh', 'vercel'],
  ['ollama.com', 'ollama_cloud'],
  ['localhost:11434', 'ollama'],
  ['127.0.0.1:11434', 'ollama'],
  ['[::1]:11434', 'ollama'],
]);

/** Domains that match themselves and everything below them (regional and per-tenant hosts). */
const PROVIDER_BY_DOMAIN: ReadonlyMap<string, string> = new Map([
  ['api.openai.com', 'openai'],
  ['api.anthropic.com', 'anthropic'],
  ['openai.azure.com', 'azure.ai.openai'],
  ['openai.azure.us', 'azure.ai.openai'],
  ['openai.azure.cn', 'azure.ai.openai'],
  ['cognitiveservices.azure.com', 'azure.ai.openai'],
  ['azure-api.net', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['inference.ai.azure.com', 'azure.ai.inference'],
  ['api.x.ai', 'x_ai'],
  ['ml.cloud.ibm.com', 'ibm.watsonx.ai'],
  ['endpoints.huggingface.cloud', 'huggingface'],
]);

/** First labels of Bedrock hosts: `<label>.<region>.amazonaws.com` and `.api.aws`. */
const BEDROCK_LABELS: ReadonlySet<string> = new Set([
  'bedrock-runtime',
  'bedrock-runtime-fips',
  'bedrock-mantle',
  'bedrock-agent-runtime',
]);
const AWS_DOMAINS: readonly string[] = ['.amazonaws.com', '.amazonaws.com.cn', '.api.aws'];

/** `<region>-aiplatform.googleapis.com`, and `aiplatform.<region>.rep.googleapis.com`. */
function isVertexHost(name: string): boolean {
  return (
    name.endsWith('-aiplatform.googleapis.com') ||
    (name.startsWith('aiplatform.') && name.endsWith('.rep.googleapis.com'))
  );
}

/** Also the names of private endpoints, whose service label stands further to the right. */
function isBedrockHost(name: string): boolean {
  return (
    AWS_DOMAINS.some((domain) => name.endsWith(domain)) &&
    name.split('.').some((label) => BEDROCK_LABELS.has(label))
  );
}

function providerOfDomain(name: string): string | undefined {
  for (let dot = -1; ;) {
    const provider = PROVIDER_BY_DOMAIN.get(name.slice(dot + 1));
    if (provider !== undefined) {
      return provider;
    }
    dot = name.indexOf('.', dot + 1);
    if (dot < 0) {
      return undefined;
    }
  }
}

/** The name without port and without the dot that ends a fully qualified name. */
function hostName(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Longer than any DNS name with a port; what is longer is not looked at. */
const MAX_HOST_LENGTH = 260;

/**
 * The `gen_ai.provider.name` of a host, or `undefined` for a host of no known provider. The host
 * may carry a port and any letter case: `api.openai.com`, `api.x.ai:443`, `localhost:11434`.
 *
 * `path` tells apart the one host that speaks two dialects: `/openai/` on
 * `*.services.ai.azure.com` is Azure OpenAI.
 */
export function providerOfHost(host: string, path?: string): string | undefined {
  if (host.length > MAX_HOST_LENGTH) {
    return undefined;
  }
  const lower = host.toLowerCase();
  const name = hostName(lower);
  const provider =
    PROVIDER_BY_HOST.get(lower) ??
    PROVIDER_BY_HOST.get(name) ??
    providerOfDomain(name) ??
    (isVertexHost(name) ? 'gcp.vertex_ai' : isBedrockHost(name) ? 'aws.bedrock' : undefined);
  if (
    provider === 'azure.ai.inference' &&
    name.endsWith('.services.ai.azure.com') &&
    path?.includes('/openai/') === true
  ) {
    return 'azure.ai.openai';
  }
  return provider;
}
