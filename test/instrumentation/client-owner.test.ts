import { describe, expect, it } from 'vitest';
import { sdks } from '../../instrumentation/generated/sdks.ts';

type Client = new (options: { readonly apiKey: string; readonly baseURL: string }) => object;

async function clientOf(specifier: string, name: string): Promise<object> {
  const exports = (await import(specifier)) as Readonly<Record<string, Client>>;
  const Class = exports[name] ?? exports['default'];
  if (Class === undefined) throw new Error(`${specifier} has no ${name}`);
  return new Class({ apiKey: 'key', baseURL: 'https://gateway.internal/v1' });
}

function ownerOf(client: object): string | undefined {
  return sdks.find((sdk) => sdk.instrumentClient(client))?.packageName;
}

describe('the SDK that watches a client given to `instrument`', () => {
  it.each([
    ['openai', 'OpenAI', 'openai'],
    ['openai4', 'OpenAI', 'openai'],
    ['groq-sdk', 'Groq', 'groq-sdk'],
    ['groq0', 'Groq', 'groq-sdk'],
    ['together-ai', 'Together', 'together-ai'],
    ['together0', 'Together', 'together-ai'],
    ['@anthropic-ai/sdk', 'Anthropic', '@anthropic-ai/sdk'],
  ])("is its own one, though many are of openai's make: %s", async (specifier, name, owner) => {
    expect(ownerOf(await clientOf(specifier, name))).toBe(owner);
  });

  it('stays its own in a class made of it, with another name', async () => {
    const { Groq } = (await import('groq-sdk')) as unknown as { readonly Groq: Client };
    class Ours extends Groq {}
    expect(ownerOf(new Ours({ apiKey: 'key', baseURL: 'https://gateway.internal/v1' }))).toBe(
      'groq-sdk',
    );
  });

  it("is openai's for a client of its make that nobody knows", () => {
    const client = { chat: { completions: { _client: {}, create: async () => ({}) } } };
    expect(ownerOf(client)).toBe('openai');
  });
});
