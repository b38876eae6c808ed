import { describe, expect, it } from 'vitest';
import { providerRules } from '../../providers/book-id.ts';

describe('providerRules', () => {
  it.each([
    ['azure.ai.openai', 'azure'],
    ['azure', 'azure'],
    ['azure_ai', 'azure'],
    ['x_ai', 'x-ai'],
    ['xai', 'x-ai'],
    ['gcp.gen_ai', 'google'],
    ['gcp.gemini', 'google'],
    ['google_vertexai', 'google'],
    ['aws.bedrock', 'aws'],
    ['mistral_ai', 'mistral'],
    ['moonshotai', 'moonshotai'],
    ['voyage', 'voyageai'],
    ['together_ai', 'together'],
    ['fireworks-ai', 'fireworks'],
    // The book's own ids, and those that only an overlay knows.
    ['github-copilot', 'github-copilot'],
    ['huggingface_fireworks-ai', 'huggingface_fireworks-ai'],
    ['zhipuai', 'zhipuai'],
    ['OurOwn', 'ourown'],
    ['custom', 'custom'],
    ['_OTHER', '_other'],
  ])('takes the book’s id of %s to be %s', (provider, bookId) => {
    expect(providerRules(provider).bookId).toBe(bookId);
  });

  it('says which model name decides, and where the host does', () => {
    expect(providerRules('azure.ai.openai').decides).toBe('response-only');
    expect(providerRules('aws.bedrock').decides).toBe('request');
    expect(providerRules('openai')).toEqual({
      bookId: 'openai',
      decides: 'response',
      hostMatters: true,
      relaysAtListPrice: false,
    });
  });
});
