import type { ProviderCost } from '../conventions/index.ts';
import { providerNameOf } from './names.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from './read.ts';

/**
 * What an answer says of its own cost, always in USD. Each provider has a place and a unit of its
 * own; SDKs hand the same fields on in the spelling of their language.
 */

const XAI_TICKS_PER_USD = 10_000_000_000;

/** An amount of USD where one provider puts it in a usage. */
type Rule = (usage: Dictionary) => number | undefined;

const RULES: ReadonlyMap<string, Rule> = new Map([
  // Its credits are dollars.
  // @see https://openrouter.ai/docs/use-cases/usage-accounting
  [
    'openrouter',
    (usage: Dictionary) =>
      paidBesides(usage, upstreamPrice(usage), usage['is_byok'] ?? usage['isByok']),
  ],
  // The gateway takes nothing for itself; it writes decimal text beside the answer, a number inside.
  // @see https://vercel.com/docs/ai-gateway
  [
    'vercel',
    (usage: Dictionary) => paidBesides(usage, marketPrice(usage), usesOwnKey(usage) || undefined),
  ],
  // @see https://docs.perplexity.ai/api-reference/chat-completions-post
  [
    'perplexity',
    ({ cost }: Dictionary) =>
      asCount(asDictionary(cost)?.['total_cost'] ?? asDictionary(cost)?.['totalCost']),
  ],
  // @see https://deepinfra.com/docs/openai_api
  ['deepinfra', (usage: Dictionary) => asCount(usage['estimated_cost'] ?? usage['estimatedCost'])],
]);

/** The cost that stands in what `provider` sent as the usage. */
export function statedCost(provider: string, usage: unknown): ProviderCost | undefined {
  const wire = asDictionary(usage);
  if (wire === undefined) return undefined;
  // xAI's counter says its unit itself, whoever hands it on.
  const ticks = asCount(wire['cost_in_usd_ticks'] ?? wire['costInUsdTicks']);
  const amount = ticks === undefined ? RULES.get(provider)?.(wire) : ticks / XAI_TICKS_PER_USD;
  return inUsd(amount);
}

/** The cost in a whole answer: in its usage, or in what a gateway put beside it. */
export function statedCostOfBody(provider: string, body: Dictionary): ProviderCost | undefined {
  return (
    statedCost(provider, body['usage']) ??
    statedCostOfMetadata(body['providerMetadata'] ?? body['provider_metadata'])
  );
}

/**
 * The cost in the provider metadata of the AI SDK, whose groups are named by the provider. A gateway
 * comes first: what it charges is what its caller pays.
 */
export function statedCostOfMetadata(metadata: unknown): ProviderCost | undefined {
  let found = statedCostOfGateway(metadata);
  const groups = asDictionary(metadata);
  if (groups === undefined || found !== undefined) return found;
  for (const name in groups) {
    const group = asDictionary(groups[name]);
    if (group === undefined || name === 'gateway') continue;
    const provider = providerNameOf(name, undefined);
    found ??= statedCost(provider, group) ?? statedCost(provider, group['usage']);
  }
  return found;
}

/** The cost in the same by a gateway alone. */
export function statedCostOfGateway(metadata: unknown): ProviderCost | undefined {
  return statedCost('vercel', asDictionary(metadata)?.['gateway']);
}

/** Header with the cost that a LiteLLM proxy worked out. */
export const COST_HEADER = 'x-litellm-response-cost';
/** Header by which it says that the answer came from a cache of its own. */
export const CACHE_HEADER = 'x-litellm-cache-key';

/**
 * The cost in that header. The proxy writes 0 for every model that it has no price for, so 0 is
 * believed only of an answer that it had itself.
 */
export function statedCostOfHeader(value: unknown, cacheKey?: unknown): ProviderCost | undefined {
  const amount = asAmount(asString(value));
  const isOwnAnswer = (asString(cacheKey) ?? '') !== '';
  return amount === 0 && !isOwnAnswer ? undefined : inUsd(amount);
}

/** Share of a model's price that no relay takes more than where the caller pays with a key of its own. */
const MOST_FEE = 0.1;

/**
 * What a relay charged: its `cost`, and with the caller's own key the model's price besides, which
 * somebody else bills. `undefined` where that price is not told.
 *
 * @param isOwnKey as far as the answer says
 */
function paidBesides(
  usage: Dictionary,
  price: number | undefined,
  isOwnKey: unknown,
): number | undefined {
  const fee = asAmount(usage['cost']);
  // Not all say so of keys; only with the caller's own is the fee a small share of the price.
  const isSmall = price !== undefined && price > 0 && (fee ?? 0) <= MOST_FEE * price;
  if (fee === undefined || (isOwnKey ?? isSmall) !== true) return fee;
  return price === undefined ? undefined : fee + price;
}

/** What the vendor behind OpenRouter takes: the total where it is told, else its two parts. */
function upstreamPrice(usage: Dictionary): number | undefined {
  const details = asDictionary(usage['cost_details'] ?? usage['costDetails']);
  const amountOf = (wire: string, sdk: string): number | undefined =>
    asAmount(details?.[wire] ?? details?.[sdk]);
  const total = amountOf('upstream_inference_cost', 'upstreamInferenceCost');
  if (total !== undefined && total > 0) return total;
  return (
    sumOf(
      amountOf('upstream_inference_prompt_cost', 'upstreamInferencePromptCost') ??
        amountOf('upstream_inference_input_cost', 'upstreamInferenceInputCost'),
      amountOf('upstream_inference_completions_cost', 'upstreamInferenceCompletionsCost') ??
        amountOf('upstream_inference_output_cost', 'upstreamInferenceOutputCost'),
    ) ?? total
  );
}

/** What the model costs in the market, whoever pays; text, and by another name before. */
function marketPrice(usage: Dictionary): number | undefined {
  for (const name of ['market_cost', 'marketCost', 'inference_cost', 'inferenceCost']) {
    const price = asAmount(usage[name]);
    if (price !== undefined && price > 0) return price;
  }
  return sumOf(
    asAmount(usage['inputInferenceCost'] ?? usage['input_inference_cost']),
    asAmount(usage['outputInferenceCost'] ?? usage['output_inference_cost']),
  );
}

/** Whether the attempt that succeeded was made with a key of the caller's, as Vercel tells. */
function usesOwnKey(usage: Dictionary): boolean {
  if ((usage['is_byok'] ?? usage['isByok']) === true) return true;
  const attempts = asArray(asDictionary(usage['routing'])?.['attempts']) ?? [];
  return attempts.some((attempt) => {
    const told = asDictionary(attempt);
    return (
      told?.['success'] === true && (told['credentialType'] ?? told['credential_type']) === 'byok'
    );
  });
}

/** `undefined` where neither is told. */
function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** A number, or one that is written as decimal text. */
function asAmount(value: unknown): number | undefined {
  return typeof value === 'string' && value.trim() !== '' ? asCount(Number(value)) : asCount(value);
}

function inUsd(amount: number | undefined): ProviderCost | undefined {
  return amount === undefined ? undefined : { amount, currency: 'USD' };
}
