import type { ProviderCost } from '../../conventions/index.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../read.ts';
import { statedCost, statedCostOfBody } from '../stated-cost.ts';
import type { Billed } from './hosted-use.ts';
import type { ServedBy } from './openai.ts';
import { convertWireBody } from './wire.ts';

/** What a provider's own answer says of what it costs, whoever hands it on. */
export interface Answer extends Readonly<Billed> {
  readonly id: string | undefined;
  readonly model: string | undefined;
  readonly finishReasons: string[] | undefined;
  readonly cost: ProviderCost | undefined;
  readonly tier: string | undefined;
  readonly speed: string | undefined;
  readonly geo: string | undefined;
}

/** Reads a whole answer in a provider's own words, of any wire that `convertWireBody` knows. */
export function readAnswer(body: Dictionary, { provider, model }: ServedBy): Answer {
  const told = asString(body['model']) ?? asString(body['modelVersion']) ?? routedModel(body);
  const usage = usageObject(body);
  return {
    id: asString(body['id']) ?? asString(body['responseId']),
    model: told,
    finishReasons: finishReasonsIn(body),
    ...convertWireBody(body, { provider, model: told ?? model }),
    cost: statedCostOfBody(provider, body) ?? statedCost(provider, usage),
    ...servedIn([body, usage]),
  };
}

function usageObject(body: Dictionary): Dictionary | undefined {
  return (
    asDictionary(body['usage']) ??
    asDictionary(body['usageMetadata']) ??
    asDictionary(body['usage_metadata'])
  );
}

/** The model that a prompt router of Bedrock chose. */
function routedModel(body: Dictionary): string | undefined {
  const router = asDictionary(asDictionary(body['trace'])?.['promptRouter']);
  return asString(router?.['invokedModelId']);
}

/** What the provider says of how it served the call: tier, speed, place. */
export interface Served {
  readonly tier: string | undefined;
  readonly speed: string | undefined;
  readonly geo: string | undefined;
}

/** How a call was served, in the words of whichever provider; the first of `places` that has one. */
export function servedIn(places: readonly (Dictionary | undefined)[]): Served {
  const first = (...names: readonly string[]): string | undefined => {
    for (const place of places) {
      for (const name of names) {
        // Bedrock's tier is an object.
        const value = place?.[name];
        const word = asString(value) ?? asString(asDictionary(value)?.['type']);
        if (word !== undefined) return word;
      }
    }
    return undefined;
  };
  return {
    tier: first('serviceTier', 'service_tier', 'trafficType', 'traffic_type'),
    speed: first('speed'),
    geo: first('inference_geo', 'inferenceGeo'),
  };
}

/** Why each choice ended, in the words that the provider's own SDK is watched to give. */
function finishReasonsIn(body: Dictionary): string[] | undefined {
  const choices = asArray(body['choices']);
  if (choices !== undefined) return reasonsOf(choices, 'finish_reason', (reason) => reason);
  const candidates = asArray(body['candidates']);
  if (candidates !== undefined) {
    return reasonsOf(candidates, 'finishReason', (reason) => reason.toLowerCase());
  }
  if (body['object'] === 'response') return reasonOfResponse(body);
  const reason =
    asString(body['stop_reason']) ??
    asString(body['stopReason']) ??
    asString(body['finish_reason']);
  return reason === undefined ? undefined : [reason];
}

function reasonsOf(
  choices: readonly unknown[],
  name: string,
  worded: (reason: string) => string,
): string[] | undefined {
  const reasons = choices
    .map((choice) => asString(asDictionary(choice)?.[name]))
    .filter((reason) => reason !== undefined)
    .map(worded);
  return reasons.length === 0 ? undefined : reasons;
}

/** A response has a status, from which the reason follows. */
function reasonOfResponse(body: Dictionary): string[] | undefined {
  const calls = (asArray(body['output']) ?? []).some((item) => {
    const type = asDictionary(item)?.['type'];
    return type === 'function_call' || type === 'custom_tool_call';
  });
  switch (body['status']) {
    case 'completed':
      return [calls ? 'tool_calls' : 'stop'];
    case 'failed':
      return ['error'];
    case 'incomplete': {
      const reason = asString(asDictionary(body['incomplete_details'])?.['reason']);
      return [reason === 'max_output_tokens' ? 'length' : (reason ?? 'error')];
    }
    default:
      return undefined;
  }
}
