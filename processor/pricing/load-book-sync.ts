import { createRequire } from 'node:module';
import type * as GenaiPrices from '@pydantic/genai-prices';
import type { Book, BookProvider } from './book.ts';

/** Providers of the pinned book, in its order. A test compares this with the installed package. */
export const BOOK_PROVIDER_IDS: readonly string[] = [
  'anthropic',
  'arcee',
  'avian',
  'aws',
  'azure',
  'baseten',
  'cerebras',
  'cloudflare',
  'cohere',
  'cursor',
  'deepseek',
  'doubleword',
  'fireworks',
  'github-copilot',
  'google',
  'groq',
  'huggingface_cerebras',
  'huggingface_fireworks-ai',
  'huggingface_groq',
  'huggingface_hyperbolic',
  'huggingface_nebius',
  'huggingface_novita',
  'huggingface_nscale',
  'huggingface_ovhcloud',
  'huggingface_publicai',
  'huggingface_sambanova',
  'huggingface_together',
  'minimax',
  'mistral',
  'modal',
  'moonshotai',
  'novita',
  'openai',
  'openrouter',
  'ovhcloud',
  'perplexity',
  'quicksilverpro',
  'together',
  'typesafe',
  'voyageai',
  'x-ai',
  'zai',
  'zhipuai',
];

/**
 * The book at once, for a first call that ends before `loadBook` does. The library hands its data
 * out whole only through a promise, so its providers are asked for one by one. Throws where the
 * library cannot be required, as in a bundle.
 */
export function loadBookSync(): Book {
  const load = createRequire(import.meta.url);
  const library = load('@pydantic/genai-prices') as typeof GenaiPrices;
  const providers: [string, BookProvider][] = [];
  for (const providerId of BOOK_PROVIDER_IDS) {
    const provider = library.findProvider({ providerId });
    if (provider?.id === providerId) providers.push([providerId, provider]);
  }
  return new Map(providers);
}
