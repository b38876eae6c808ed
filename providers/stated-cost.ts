import type { ProviderCost } from '../conventions/index.ts';
import { providerNameOf } from './names.ts';
import { type Dictionary, asCount, asDictionary, asString } from './read.ts';

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
    (usage: Dictionary) => {
      const details = asDictionary(usage['cost_details'] ?? usage['costDetails']);
      return paidBesides(
        usage,
        details?.['upstream_inference_cost'] ?? details?.['upstreamInferenceCost'],
      );
    },
  ],
  // The gateway takes nothing for itself; it writes decimal text beside the answer, a number inside.
  // @see https://vercel.com/docs/ai-gateway
  [
    'vercel',
    (usage: Dictionary) => paidBesides(usage, usage['market_cost'] ?? usage['marketCost']),
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

/** The cost in that header. */
export function statedCostOfHeader(value: unknown): ProviderCost | undefined {
  return inUsd(asAmount(asString(value)));
}

/** Share of a model's price that no relay takes more than where the caller pays with a key of its own. */
const MOST_FEE = 0.1;

/**
 * What a relay charged: its `cost`, and with the caller's own key the model's price besides, which
 * somebody else bills. `undefined` where that price is not told.
 */
function paidBesides(usage: Dictionary, price: unknown): number | undefined {
  const fee = asAmount(usage['cost']);
  const besides = asAmount(price);
  // Not all say so of keys; only with the caller's own is the fee a small share of the price.
  const isSmall = besides !== undefined && besides > 0 && (fee ?? 0) <= MOST_FEE * besides;
  const isOwnKey = usage['is_byok'] ?? usage['isByok'] ?? isSmall;
  if (fee === undefined || isOwnKey !== true) return fee;
  return besides === undefined ? undefined : fee + besides;
}

/** A number, or one that is written as decimal text. */
function asAmount(value: unknown): number | undefined {
  return typeof value === 'string' && value.trim() !== '' ? asCount(Number(value)) : asCount(value);
}

function inUsd(amount: number | undefined): ProviderCost | undefined {
  return amount === undefined ? undefined : { amount, currency: 'USD' };
}
