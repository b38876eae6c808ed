import type { RateName } from '../conventions/index.ts';

/**
 * Rates that follow from what a provider says of all its models, for cards of the price book that
 * leave them out. Where no rule is known, nothing is added: the price is then partial.
 */

type Rates = { readonly [Name in RateName]?: number | undefined };
type Rule = (rates: Rates, modelId: string) => Rates;

/** So many times the rate for input; `undefined` where there is none. */
function timesInput({ input }: Rates, factor: number): number | undefined {
  // 3.75 × 0.1 has no exact binary form.
  return input === undefined ? undefined : Number((input * factor).toPrecision(12));
}

/**
 * What is cached costs a fine-tuned model the same share as its base model.
 * @see https://developers.openai.com/api/docs/pricing#fine-tuning
 */
const FINE_TUNED_CACHE: readonly (readonly [RegExp, number])[] = [
  [/^ft:gpt-4o|\.ft-/, 0.5],
  [/^ft:(?:gpt-4\.1|o4-mini)/, 0.25],
];

/**
 * OpenAI discounts cached input only where its list prints a rate for it: else it is input.
 * @see https://developers.openai.com/api/docs/pricing
 */
function openai(rates: Rates, modelId: string): Rates {
  const tuned = FINE_TUNED_CACHE.find(([pattern]) => pattern.test(modelId));
  return modelId.startsWith('gpt-oss') ? {} : { cacheRead: timesInput(rates, tuned?.[1] ?? 1) };
}

/**
 * A price that Google's page prints without naming a modality holds for all of them. Tokens that make
 * a cache cost what any input costs.
 * @see https://ai.google.dev/gemini-api/docs/pricing
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/context-cache/context-cache-overview
 */
function google({ input, inputAudio, cacheRead }: Rates): Rates {
  return {
    inputAudio: input,
    cacheReadAudio: inputAudio === undefined ? cacheRead : undefined,
    cacheWrite: input,
  };
}

const RULES: Readonly<Record<string, Rule>> = {
  openai,
  azure: openai,
  google,
  // @see https://console.groq.com/docs/prompt-caching (half the price, on every model that has it)
  groq: (rates) => ({ cacheRead: timesInput(rates, 0.5) }),
  // @see https://docs.mistral.ai/studio-api/conversations/advanced/prompt-caching
  mistral: (rates) => ({ cacheRead: timesInput(rates, 0.1) }),
  // @see https://inference-docs.cerebras.ai/capabilities/prompt-caching (no discount)
  cerebras: ({ input }) => ({ cacheRead: input }),
  // What is cached is part of what is billed.
  // @see https://docs.cohere.com/docs/how-does-cohere-pricing-work
  cohere: ({ input }) => ({ cacheRead: input }),
  // Nova's writes cost what any input costs.
  // @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
  aws: ({ input }, modelId) => (modelId.includes('amazon.nova') ? { cacheWrite: input } : {}),
};

/**
 * Writing to Claude's cache costs a quarter more than input, to the one that lives an hour twice as
 * much, wherever Claude runs. (The book would charge the second like the first.)
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 */
function claude(rates: Rates): Rates {
  return { cacheWrite: timesInput(rates, 1.25), cacheWrite1h: timesInput(rates, 2) };
}

/** `rates`, and what `bookId` is known to bill beside them. A rate that is stated stays as it is. */
export function withRuledRates(bookId: string, modelId: string, rates: Rates): Rates {
  const id = modelId.toLowerCase();
  const rule = Object.hasOwn(RULES, bookId) ? RULES[bookId] : undefined;
  const added: { [Name in RateName]?: number | undefined } = {
    ...rule?.(rates, id),
    ...(id.includes('claude') ? claude(rates) : undefined),
    // What such a model makes is sound.
    ...(/-tts(?:-|$)/.test(id) ? { outputAudio: rates.output } : undefined),
    // What such a model makes is an image, unless its card tells the two apart.
    ...(/^(?:chat)?gpt-image/.test(id) ? { outputImage: rates.output } : undefined),
  };
  for (const [name, rate] of Object.entries(rates)) {
    if (rate !== undefined) added[name as RateName] = rate;
  }
  return added;
}
