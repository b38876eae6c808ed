import { describe, expect, it } from 'vitest';
import { providerOfHost } from '../../providers/hosts.ts';

describe('providerOfHost', () => {
  it.each([
    ['api.openai.com', 'openai'],
    ['eu.api.openai.com', 'openai'],
    ['API.OpenAI.com:443', 'openai'],
    ['api.openai.com.', 'openai'],
    ['contoso.openai.azure.com', 'azure.ai.openai'],
    ['contoso.cognitiveservices.azure.com', 'azure.ai.openai'],
    ['contoso.azure-api.net', 'azure.ai.openai'],
    ['contoso.services.ai.azure.com', 'azure.ai.inference'],
    ['x.eastus.inference.ai.azure.com', 'azure.ai.inference'],
    ['models.inference.ai.azure.com', 'azure.ai.inference'],
    ['api.anthropic.com', 'anthropic'],
    ['bedrock-runtime.eu-central-1.amazonaws.com', 'aws.bedrock'],
    ['bedrock-runtime-fips.us-east-1.amazonaws.com', 'aws.bedrock'],
    ['bedrock-mantle.us-east-1.api.aws', 'aws.bedrock'],
    ['vpce-1-2.bedrock-runtime.us-east-1.vpce.amazonaws.com', 'aws.bedrock'],
    ['generativelanguage.googleapis.com', 'gcp.gemini'],
    ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
    ['europe-west1-aiplatform.googleapis.com', 'gcp.vertex_ai'],
    ['aiplatform.eu.rep.googleapis.com', 'gcp.vertex_ai'],
    ['api.cohere.com', 'cohere'],
    ['api.cohere.ai', 'cohere'],
    ['api.deepseek.com', 'deepseek'],
    ['api.groq.com', 'groq'],
    ['api.mistral.ai', 'mistral_ai'],
    ['api.moonshot.ai', 'moonshot_ai'],
    ['api.moonshot.cn', 'moonshot_ai'],
    ['api.perplexity.ai', 'perplexity'],
    ['api.x.ai', 'x_ai'],
    ['us-east-1.api.x.ai', 'x_ai'],
    ['us-south.ml.cloud.ibm.com', 'ibm.watsonx.ai'],
    ['openrouter.ai', 'openrouter'],
    ['api.together.xyz', 'together'],
    ['api.fireworks.ai', 'fireworks'],
    ['api.cerebras.ai', 'cerebras'],
    ['router.huggingface.co', 'huggingface'],
    ['api.deepinfra.com', 'deepinfra'],
    ['api.novita.ai', 'novita'],
    ['api.z.ai', 'zai'],
    ['open.bigmodel.cn', 'zai'],
    ['api.minimax.io', 'minimax'],
    ['minimaxi.com', 'minimax'],
    ['api.voyageai.com', 'voyage'],
    ['ai-gateway.vercel.sh', 'vercel'],
    ['localhost:11434', 'ollama'],
    ['127.0.0.1:11434', 'ollama'],
    ['[::1]:11434', 'ollama'],
  ])('names %s %s', (host, provider) => {
    expect(providerOfHost(host)).toBe(provider);
  });

  it.each([
    'localhost',
    'localhost:8080',
    'example.com',
    'notapi.openai.com.example.com',
    'evilapi.openai.com',
    's3.eu-central-1.amazonaws.com',
    'bedrock-runtime.example.com',
    'storage.googleapis.com',
    'openai.com',
    '[::1]:80',
    '',
    '.',
    'a.'.repeat(10_000),
  ])('knows no provider for %s', (host) => {
    expect(providerOfHost(host)).toBeUndefined();
  });

  it('tells the two dialects of Azure AI services apart by path', () => {
    expect(providerOfHost('x.services.ai.azure.com', '/openai/v1/chat')).toBe('azure.ai.openai');
    expect(providerOfHost('x.services.ai.azure.com', '/models/chat')).toBe('azure.ai.inference');
    expect(providerOfHost('api.x.ai', '/openai/v1/chat')).toBe('x_ai');
  });
});
