import { providerNameOf, UNKNOWN_PROVIDER } from './names.ts';
import { PROVIDERS } from './table.ts';

/** What pricing has to know of one `gen_ai.provider.name`. */
export interface ProviderRules {
  /** The provider's id in the price book; often absent there. */
  readonly bookId: string;
  /**
   * Which model name decides. Azure's request names a deployment, which may be called anything;
   * Bedrock's request holds the inference profile (`global.`, `us.`) that sets the price, which
   * the response leaves out.
   */
  readonly decides: 'response' | 'request' | 'response-only';
  /** Whether the host name can change the price (data residency). */
  readonly hostMatters: boolean;
  /** Whether it sells others' models, named `provider/model`, at their own price. */
  readonly relaysAtListPrice: boolean;
}

const BOOK_IDS: ReadonlyMap<string, string> = new Map(
  PROVIDERS.flatMap(({ name, bookId }) => (bookId === undefined ? [] : [[name, bookId] as const])),
);

/**
 * The rules of a provider by any of its spellings; one that the table lacks is taken for the book's
 * own id. Without the ids the library takes Azure for OpenAI and knows neither xAI nor Google by
 * their conventional names.
 */
export function providerRules(provider: string): ProviderRules {
  const known = providerNameOf(provider, undefined);
  const bookId =
    BOOK_IDS.get(known) ?? (known === UNKNOWN_PROVIDER ? provider.toLowerCase() : known);
  return {
    bookId,
    decides: bookId === 'azure' ? 'response-only' : bookId === 'aws' ? 'request' : 'response',
    hostMatters: ['openai', 'x-ai', 'google', 'anthropic'].includes(bookId),
    // @see https://vercel.com/docs/ai-gateway/pricing
    relaysAtListPrice: known === 'vercel',
  };
}
