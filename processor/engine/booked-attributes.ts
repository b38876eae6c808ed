import {
  ATTR_COSTSPAN_AGENT_DEPTH,
  ATTR_COSTSPAN_COST_CACHE_READ,
  ATTR_COSTSPAN_COST_CACHE_WRITE,
  ATTR_COSTSPAN_COST_INPUT,
  ATTR_COSTSPAN_COST_MISSING,
  ATTR_COSTSPAN_COST_OUTPUT,
  ATTR_COSTSPAN_COST_REASONING,
  ATTR_COSTSPAN_COST_TOOLS,
  ATTR_COSTSPAN_LOOP_DEPTH,
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_PRICE_BOOK,
  ATTR_COSTSPAN_PRICE_MATCH,
  ATTR_COSTSPAN_PRICE_STATE,
  ATTR_COSTSPAN_PRICE_TIER,
  ATTR_COSTSPAN_RETRY_COUNT,
  ATTR_COSTSPAN_RUN_ID,
  ATTR_COSTSPAN_USAGE_SOURCE,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_COST_CURRENCY,
  ATTR_GEN_AI_USAGE_COST_SOURCE,
  type CallCost,
  type CallPrice,
  type LlmCall,
  type Attributes,
} from '../../conventions/index.ts';
import type { CallState } from './loops/call-state.ts';
import { spanUsd } from './metrics/money.ts';

/** Whose the call is and where in its run. */
export function addPlaceAttributes(attributes: Attributes, state: CallState, spanId: string): void {
  Object.assign(attributes, state.scope.spanAttributes);
  // A call that nothing is around is a run of its own, named like its span.
  attributes[ATTR_COSTSPAN_RUN_ID] = state.run?.id ?? state.scope.inboundRun?.id ?? spanId;
  attributes[ATTR_COSTSPAN_AGENT_DEPTH] = state.agent?.depth ?? 0;
}

/** What a call that counts cost and how deep in its loop it was. */
export function addPriceAttributes(
  attributes: Attributes,
  call: LlmCall,
  price: CallPrice,
  depth: number | undefined,
): void {
  if (depth !== undefined) attributes[ATTR_COSTSPAN_LOOP_DEPTH] = depth;
  if (call.retries > 0) attributes[ATTR_COSTSPAN_RETRY_COUNT] = call.retries;
  if (call.usage !== undefined) {
    attributes[ATTR_COSTSPAN_USAGE_SOURCE] = call.usageSource ?? 'provider';
  }
  attributes[ATTR_COSTSPAN_PRICE_STATE] = price.state;
  attributes[ATTR_COSTSPAN_PRICE_BOOK] = price.book;
  if (price.match !== undefined) attributes[ATTR_COSTSPAN_PRICE_MATCH] = price.match;
  if (price.tier !== undefined) attributes[ATTR_COSTSPAN_PRICE_TIER] = price.tier;
  if (price.modelTier !== undefined) attributes[ATTR_COSTSPAN_MODEL_TIER] = price.modelTier;
  if (price.missing !== undefined) attributes[ATTR_COSTSPAN_COST_MISSING] = [...price.missing];
  if (price.cost !== undefined) addCostAttributes(attributes, price.cost);
}

/** Parts that are 0 are left out; the total never is. */
function addCostAttributes(attributes: Attributes, cost: CallCost): void {
  attributes[ATTR_GEN_AI_USAGE_COST_AMOUNT] = spanUsd(cost.totalNanos);
  attributes[ATTR_GEN_AI_USAGE_COST_CURRENCY] = 'USD';
  attributes[ATTR_GEN_AI_USAGE_COST_SOURCE] = cost.source;
  if (cost.inputNanos > 0) attributes[ATTR_COSTSPAN_COST_INPUT] = spanUsd(cost.inputNanos);
  if (cost.cacheReadNanos > 0) {
    attributes[ATTR_COSTSPAN_COST_CACHE_READ] = spanUsd(cost.cacheReadNanos);
  }
  if (cost.cacheWriteNanos > 0) {
    attributes[ATTR_COSTSPAN_COST_CACHE_WRITE] = spanUsd(cost.cacheWriteNanos);
  }
  if (cost.outputNanos > 0) attributes[ATTR_COSTSPAN_COST_OUTPUT] = spanUsd(cost.outputNanos);
  if (cost.reasoningNanos > 0) {
    attributes[ATTR_COSTSPAN_COST_REASONING] = spanUsd(cost.reasoningNanos);
  }
  if (cost.toolsNanos > 0) attributes[ATTR_COSTSPAN_COST_TOOLS] = spanUsd(cost.toolsNanos);
}
