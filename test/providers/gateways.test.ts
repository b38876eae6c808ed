import { describe, expect, it } from 'vitest';
import { providerBehind } from '../../providers/gateways.ts';
import { factsOfHost, providerBehindAddress, providerOfHost } from '../../providers/hosts.ts';

function behind(
  host: string,
  model?: string,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  const facts = factsOfHost(host);
  if (facts?.gateway === undefined) throw new Error(`${host} is no gateway`);
  return providerBehind(facts.gateway, model, (name) => headers[name]);
}

describe('a gateway', () => {
  it.each([
    ['openai', 'openai'],
    ['anthropic', 'anthropic'],
    ['google-ai-studio', 'gcp.gemini'],
    ['google-vertex-ai', 'gcp.vertex_ai'],
    ['aws-bedrock', 'aws.bedrock'],
    ['azure-openai', 'azure.ai.openai'],
    ['workers-ai', 'cloudflare'],
    ['grok', 'x_ai'],
    ['perplexity-ai', 'perplexity'],
    ['elevenlabs', 'elevenlabs'],
    ['compat', 'cloudflare'],
  ])('of Cloudflare asks whom its path names: %s', (slug, provider) => {
    expect(providerOfHost('gateway.ai.cloudflare.com', `/v1/account/gateway/${slug}/v1`)).toBe(
      provider,
    );
  });

  it.each([
    ['oai.helicone.ai', 'openai'],
    ['anthropic.helicone.ai', 'anthropic'],
    ['groq.hconeai.com', 'groq'],
    ['gateway.helicone.ai', 'helicone'],
  ])('of Helicone asks whom its host names: %s', (host, provider) => {
    expect(providerOfHost(host, '/v1')).toBe(provider);
  });

  it.each([
    ['gateway.ai.cloudflare.com', 'anthropic/claude-sonnet-4-5', 'anthropic'],
    ['gateway.ai.cloudflare.com', 'google-ai-studio/gemini-2.5-pro', 'gcp.gemini'],
    ['gateway.ai.cloudflare.com', 'workers-ai/@cf/meta/llama-3.1-8b-instruct', 'cloudflare'],
    ['api.cloudflare.com', '@cf/meta/llama-3.1-8b-instruct', 'cloudflare'],
    ['api.portkey.ai', '@openai-prod/gpt-4o', 'openai'],
    ['api.portkey.ai', '@team-azure-openai/gpt-4o', 'azure.ai.openai'],
    ['api.portkey.ai', '@bedrock-eu/anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['api.portkey.ai', '@prod/claude-sonnet-4-5', 'anthropic'],
    ['api.portkey.ai', 'gpt-4o', 'openai'],
    ['ai-gateway.helicone.ai', 'gpt-4o/azure', 'azure.ai.openai'],
    ['ai-gateway.helicone.ai', 'claude-sonnet-4/bedrock,claude-sonnet-4/anthropic', 'aws.bedrock'],
    ['ai-gateway.helicone.ai', 'gpt-4o-mini', 'openai'],
    ['ai-gateway.helicone.ai', 'somebodys-own', undefined],
  ])('at %s asks whom the model names: %s', (host, model, provider) => {
    expect(behind(host, model)).toBe(provider);
  });

  it.each([
    ['api.portkey.ai', { 'x-portkey-provider': 'anthropic' }, 'anthropic'],
    ['api.portkey.ai', { 'x-portkey-provider': '@bedrock-prod' }, 'aws.bedrock'],
    ['api.portkey.ai', { 'x-portkey-virtual-key': 'mistral-key-7' }, 'mistral_ai'],
    ['api.portkey.ai', { 'x-portkey-config': '{"provider":"groq"}' }, 'groq'],
    ['api.portkey.ai', { 'x-portkey-config': '{"targets":[{"provider":"groq"}]}' }, undefined],
    ['api.portkey.ai', { 'x-portkey-config': '{not json' }, undefined],
    ['api.portkey.ai', { 'x-portkey-custom-host': 'https://api.deepseek.com/v1' }, 'deepseek'],
    ['gateway.helicone.ai', { 'helicone-target-url': 'https://api.groq.com' }, 'groq'],
    ['gateway.helicone.ai', { 'helicone-target-url': 'https://llm.example' }, undefined],
  ])('at %s asks whom its headers name: %j', (host, headers, provider) => {
    expect(behind(host, 'somebodys-own', headers)).toBe(provider);
  });

  it('is told by the model of a span that names its wire only', () => {
    const cloudflare = 'gateway.ai.cloudflare.com';
    expect(providerBehindAddress(cloudflare, 'anthropic/claude-sonnet-4-5')).toBe('anthropic');
    expect(providerBehindAddress(cloudflare, 'gpt-4o')).toBeUndefined();
    expect(providerBehindAddress('api.openai.com', 'anthropic/x')).toBeUndefined();
    expect(providerBehindAddress(undefined, 'anthropic/x')).toBeUndefined();
  });
});
