import { describe, expect, it } from 'vitest';
import { providerNameOf } from '../../processor/normalise/provider-name.ts';

describe('providerNameOf', () => {
  it.each([
    ['openai', 'openai'],
    ['OpenAI', 'openai'],
    ['openai.responses', 'openai'],
    ['anthropic.messages', 'anthropic'],
    ['Anthropic', 'anthropic'],
    ['xai.chat', 'x_ai'],
    ['x-ai', 'x_ai'],
    ['mistral.chat', 'mistral_ai'],
    ['mistralai', 'mistral_ai'],
    ['moonshotai', 'moonshot_ai'],
    ['azure', 'azure.ai.openai'],
    ['azure.chat', 'azure.ai.openai'],
    ['azure-openai.responses', 'azure.ai.openai'],
    ['az.ai.openai', 'azure.ai.openai'],
    ['az.ai.inference', 'azure.ai.inference'],
    ['azure.ai.inference', 'azure.ai.inference'],
    ['google.generative-ai', 'gcp.gemini'],
    ['google_genai', 'gcp.gemini'],
    ['google.vertex.chat', 'gcp.vertex_ai'],
    ['google.vertex.anthropic.messages', 'gcp.vertex_ai'],
    ['google-vertex', 'gcp.vertex_ai'],
    ['vertex_ai', 'gcp.vertex_ai'],
    ['gcp.vertex.agent', 'gcp.gen_ai'],
    ['amazon-bedrock', 'aws.bedrock'],
    ['bedrock', 'aws.bedrock'],
    ['aws.bedrock', 'aws.bedrock'],
    ['groq.chat', 'groq'],
    ['somebody-new', 'somebody-new'],
  ])('folds %s into %s', (written, provider) => {
    expect(providerNameOf(written, 'any-model')).toBe(provider);
  });

  it.each([
    ['gpt-5-mini', 'openai'],
    ['o3', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['text-embedding-004', 'gcp.gemini'],
    ['claude-sonnet-5', 'anthropic'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['amazon.nova-pro-v1:0', 'aws.bedrock'],
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
  });
});
