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
}

/**
 * `gen_ai.provider.name` and its older spellings → the book's ids. Without this table the library
 * takes Azure for OpenAI and knows neither xAI nor Google by their conventional names.
 */
const BOOK_ID: Readonly<Record<string, string>> = {
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  x_ai: 'x-ai',
  xai: 'x-ai',
  'gcp.gen_ai': 'google',
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  'aws.bedrock': 'aws',
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  voyage: 'voyageai',
  together_ai: 'together',
  'fireworks-ai': 'fireworks',
  fireworks_ai: 'fireworks',
};

/** Follows the conventions' name; one the table lacks is taken for the book's own id. */
export function providerRules(provider: string): ProviderRules {
  const name = provider.toLowerCase();
  const bookId = Object.hasOwn(BOOK_ID, name) ? BOOK_ID[name]! : name;
  return {
    bookId,
    decides: bookId === 'azure' ? 'response-only' : bookId === 'aws' ? 'request' : 'response',
    hostMatters: bookId === 'openai' || bookId === 'x-ai',
  };
}
