import { describe, expect, it } from 'vitest';
import { foldSpelling, providerNameOf } from '../../providers/names.ts';
import { PROVIDERS } from '../../providers/table.ts';

describe('providerNameOf', () => {
  // Who writes what: the AI SDK's model classes, LangChain's `ls_provider` and class names, LiteLLM,
  // Pydantic AI, OpenInference, OpenLLMetry, OpenLIT, Genkit, Claude Code, older conventions.
  it.each([
    [['openai', 'OpenAI', 'openai.chat', 'openai.responses', 'openai.completion'], 'openai'],
    [['openai.embedding', 'text-completion-openai', 'open_ai'], 'openai'],
    [['anthropic', 'Anthropic', 'anthropic.messages', 'anthropic_text'], 'anthropic'],
    [['x_ai', 'xai', 'x-ai', 'xAI', 'XAI', 'xai.chat', 'xai.responses', 'grok', 'Grok'], 'x_ai'],
    [
      ['mistral_ai', 'mistral', 'MistralAI', 'mistralai', 'mistral.chat', 'codestral'],
      'mistral_ai',
    ],
    [['moonshot_ai', 'moonshot', 'Moonshot', 'moonshotai', 'moonshotai.chat'], 'moonshot_ai'],
    [['azure.ai.openai', 'azure', 'Azure', 'azure.chat', 'azure.responses'], 'azure.ai.openai'],
    [['azure-openai.chat', 'azure-openai', 'azure_openai', 'AzureOpenAI'], 'azure.ai.openai'],
    [['az.ai.openai', 'azure_text', 'Azure OpenAI'], 'azure.ai.openai'],
    [['azure.ai.inference', 'az.ai.inference', 'azure_ai', 'azure-ai'], 'azure.ai.inference'],
    [['azure_ai_inference', 'azure_inference', 'foundry'], 'azure.ai.inference'],
    [['gcp.gemini', 'gemini', 'Gemini', 'google', 'Google', 'googleai'], 'gcp.gemini'],
    [['google.generative-ai', 'google_genai', 'google-genai', 'GoogleGenerativeAI'], 'gcp.gemini'],
    [['google-gla', 'generativeai', 'google_ai', 'google.generative-ai.chat'], 'gcp.gemini'],
    [
      ['gcp.vertex_ai', 'vertex', 'vertex_ai', 'vertexai', 'VertexAI', 'Vertex AI'],
      'gcp.vertex_ai',
    ],
    [['google-vertex', 'google_vertex', 'google_vertexai', 'vertex_ai_beta'], 'gcp.vertex_ai'],
    [['google.vertex.chat', 'google.vertex.anthropic.messages'], 'gcp.vertex_ai'],
    [['vertex.anthropic.messages', 'vertex.maas.chat'], 'gcp.vertex_ai'],
    [['gcp.gen_ai', 'gcp.vertex.agent'], 'gcp.gen_ai'],
    [['aws.bedrock', 'aws', 'AWS', 'amazon', 'bedrock', 'Bedrock'], 'aws.bedrock'],
    [['amazon-bedrock', 'amazon_bedrock', 'AmazonBedrock', 'aws_bedrock'], 'aws.bedrock'],
    [['bedrock.anthropic.messages', 'bedrock_converse', 'anthropicAws'], 'aws.bedrock'],
    [['ibm.watsonx.ai', 'watsonx', 'Watsonx', 'ibm', 'IBM Watsonx'], 'ibm.watsonx.ai'],
    [['together', 'togetherai', 'together_ai', 'together-ai', 'togetherai.chat'], 'together'],
    [['fireworks', 'fireworks_ai', 'fireworks-ai', 'fireworks.chat'], 'fireworks'],
    [['huggingface', 'HuggingFace', 'hugging_face', 'hf', 'huggingface.responses'], 'huggingface'],
    [['vercel', 'gateway', 'vercel_ai_gateway', 'ai-gateway'], 'vercel'],
    [['cloudflare', 'workers-ai.chat', 'workersai', 'CloudflareWorkersAI'], 'cloudflare'],
    [['voyage', 'voyageai', 'voyage-ai'], 'voyage'],
    [['ollama', 'Ollama', 'ollama.chat', 'ollama_chat'], 'ollama'],
    [['cohere', 'Cohere', 'cohere.chat', 'cohere_chat'], 'cohere'],
    [['novita', 'NovitaAI', 'novita.chat'], 'novita'],
    [['groq', 'Groq', 'groq.chat'], 'groq'],
    [['deepseek', 'DeepSeek', 'deepseek.chat'], 'deepseek'],
    [['perplexity', 'Perplexity'], 'perplexity'],
    [['openrouter', 'OpenRouter', 'openrouter.chat', 'open_router'], 'openrouter'],
    [['deepinfra', 'DeepInfra', 'deepinfra.chat'], 'deepinfra'],
    [['cerebras', 'Cerebras', 'cerebras.chat'], 'cerebras'],
  ])('folds %j into %s', (spellings, provider) => {
    for (const written of spellings) {
      expect([written, providerNameOf(written, 'any-model')]).toEqual([written, provider]);
    }
  });

  it.each([
    ['aws.bedrock_agentcore', 'anthropic.claude-sonnet-4-20250514-v1:0', 'aws.bedrock'],
    ['microsoft.agent_framework', 'gpt-4o', 'openai'],
    ['Microsoft.Extensions.AI', 'claude-sonnet-4-5', 'anthropic'],
    ['litellm', 'bedrock/anthropic.claude-sonnet-4-20250514-v1:0', 'aws.bedrock'],
    ['LiteLLM', 'vertex_ai/gemini-2.5-pro', 'gcp.vertex_ai'],
    ['litellm', 'openrouter/anthropic/claude-sonnet-4.5', 'openrouter'],
    ['litellm', 'gpt-4o', 'openai'],
    ['langchain', 'bedrock/anthropic.claude-sonnet-4-20250514-v1:0', '_OTHER'],
    ['litellm', 'my-alias/gpt-4o', '_OTHER'],
  ])('takes %s for no provider, and asks the model %s', (written, model, provider) => {
    expect(providerNameOf(written, model)).toBe(provider);
  });

  it.each([
    ['somebody-new', 'somebody-new'],
    ['Somebody_New.chat', 'somebody_new'],
    // Names of tomorrow in the namespaces of the conventions.
    ['aws.sagemaker', 'aws.sagemaker'],
    ['azure.ai.agents', 'azure.ai.agents'],
    ['constructor', 'constructor'],
    ['x'.repeat(300), 'x'.repeat(40)],
  ])('keeps the name of %s', (written, provider) => {
    expect(providerNameOf(written, 'gpt-5')).toBe(provider);
  });

  it('leaves every name of the table as it is, and no spelling to two of them', () => {
    const spellings = PROVIDERS.flatMap(({ name, spellings: own = [] }) => {
      expect(providerNameOf(name, undefined)).toBe(name);
      for (const spelling of own) expect(providerNameOf(spelling, undefined)).toBe(name);
      return [foldSpelling(name), ...own];
    });
    expect(spellings.filter((spelling) => foldSpelling(spelling) !== spelling)).toEqual([]);
    expect(new Set(spellings).size).toBe(spellings.length);
  });

  it.each([
    ['gpt-5-mini', 'openai'],
    ['o3', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['text-embedding-004', 'gcp.gemini'],
    ['claude-sonnet-5', 'anthropic'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['amazon.nova-pro-v1:0', 'aws.bedrock'],
    ['us.deepseek.r1-v1:0', 'aws.bedrock'],
    ['qwen.qwen3-32b-v1:0', 'aws.bedrock'],
    ['openai.gpt-oss-120b-1:0', 'aws.bedrock'],
    ['gemini-2.5-pro', 'gcp.gemini'],
    ['command-r-plus', 'cohere'],
    ['mistral-large-latest', 'mistral_ai'],
    ['deepseek-chat', 'deepseek'],
    ['grok-4', 'x_ai'],
    ['sonar-pro', 'perplexity'],
    ['kimi-k2', 'moonshot_ai'],
    ['house-model', '_OTHER'],
  ])('takes the provider of %s to be %s where the writer names none', (model, provider) => {
    expect(providerNameOf(undefined, model)).toBe(provider);
    expect(providerNameOf('langchain', model)).toBe(provider);
    expect(providerNameOf('strands-agents', model)).toBe(provider);
  });
});
