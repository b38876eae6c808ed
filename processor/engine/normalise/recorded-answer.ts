import type { LlmCall, TokenUsage } from '../../../conventions/index.ts';
import type { Dictionary } from '../../../providers/read.ts';
import { readAnswer } from '../../../providers/usage/answer.ts';

/**
 * Puts on `call` what a provider's own answer says, which its span has recorded, and gives the usage.
 * `undefined` for an object that counts no input: it is no provider's answer.
 */
export function readRecorded(call: LlmCall, body: Dictionary | undefined): TokenUsage | undefined {
  if (body === undefined) return undefined;
  const model = call.responseModel ?? call.requestModel;
  const answer = readAnswer(body, { provider: call.provider, model });
  if (answer.usage?.input === undefined) return undefined;
  call.responseId ??= answer.id;
  call.responseModel ??= answer.model;
  call.finishReasons ??= answer.finishReasons;
  call.servedTier ??= answer.tier;
  call.speed ??= answer.speed;
  call.inferenceGeo ??= answer.geo;
  call.otherModelUsage = answer.otherModelUsage;
  call.alsoBilled = answer.alsoBilled;
  call.providerCost = answer.cost ?? call.providerCost;
  return answer.usage;
}
