import {
  COSTSPAN_LIMIT_VALUE_CONTEXT_TOKENS,
  COSTSPAN_LIMIT_VALUE_COST,
  COSTSPAN_LIMIT_VALUE_DEPTH,
  COSTSPAN_LIMIT_VALUE_DURATION,
  COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS,
  COSTSPAN_LIMIT_VALUE_REPEATED_TOOL_CALLS,
  COSTSPAN_LIMIT_VALUE_RETRIES,
  COSTSPAN_LIMIT_VALUE_TOKENS,
  COSTSPAN_LIMIT_VALUE_TOOL_CALLS,
  type ToolCall,
} from '../../../conventions/index.ts';
import type { AgentLimitConfig } from '../config/index.ts';
import { callKey, type Exceeded, type RunMeter } from './run-meter.ts';

const NANOS_PER_USD = 1e9;
/** Entry of `maxCallsPerTool` for the tools that it does not name. */
const ANY_TOOL = '*';

/** What of a call can exceed a limit, before it is sent. */
export interface CallFacts {
  readonly isInference: boolean;
  /** Inference calls that the conversation or the count of the run proves, this one included. */
  readonly depth: number | undefined;
  /** Agents around it, from the one that the limits are for. */
  readonly agentDepth: number;
  /** Input tokens of this call, as far as they can be told before it is sent. */
  readonly contextTokens: number | undefined;
}

/**
 * The limit that keeps a call from being sent. The run's inference calls include this one; its
 * tokens and its cost are those of calls that have ended, so that the call which passes a limit is
 * the last one.
 */
export function limitOfCall(
  limits: AgentLimitConfig,
  meter: RunMeter,
  call: CallFacts,
  now: number,
): Exceeded | undefined {
  const { maxDepth, maxContextTokens, maxInferenceCalls } = limits;
  if (maxDepth !== undefined && call.agentDepth > maxDepth) {
    return exceeded(COSTSPAN_LIMIT_VALUE_DEPTH, maxDepth, call.agentDepth);
  }
  if (maxContextTokens !== undefined && (call.contextTokens ?? 0) > maxContextTokens) {
    return exceeded(
      COSTSPAN_LIMIT_VALUE_CONTEXT_TOKENS,
      maxContextTokens,
      call.contextTokens ?? maxContextTokens,
    );
  }
  if (maxInferenceCalls !== undefined && call.isInference) {
    const calls = Math.max(
      meter.inferenceCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS),
      call.depth ?? 0,
    );
    if (calls > maxInferenceCalls) {
      return exceeded(COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS, maxInferenceCalls, calls);
    }
  }
  return limitOfRun(limits, meter, now) ?? limitOfRequestedTools(limits, meter);
}

/** The limit that keeps a tool from running. Counts it as run when nothing does. */
export function limitOfTool(
  limits: AgentLimitConfig,
  meter: RunMeter,
  { name, argumentsHash }: ToolCall,
  now: number,
): Exceeded | undefined {
  const { started } = meter;
  const { maxToolCalls, maxRepeatedToolCalls } = limits;
  const next = started.total + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOOL_CALLS) + 1;
  if (maxToolCalls !== undefined && next > maxToolCalls) {
    return exceeded(COSTSPAN_LIMIT_VALUE_TOOL_CALLS, maxToolCalls, next);
  }
  const ofTool = maxOfTool(limits, name);
  const nextOfTool = (started.byTool.get(name) ?? 0) + 1;
  if (ofTool !== undefined && nextOfTool > ofTool) {
    return exceeded(COSTSPAN_LIMIT_VALUE_TOOL_CALLS, ofTool, nextOfTool, name);
  }
  if (maxRepeatedToolCalls !== undefined && argumentsHash !== undefined) {
    const repeated = (started.byArguments.get(callKey(name, argumentsHash)) ?? 0) + 1;
    if (repeated > maxRepeatedToolCalls) {
      return exceeded(
        COSTSPAN_LIMIT_VALUE_REPEATED_TOOL_CALLS,
        maxRepeatedToolCalls,
        repeated,
        name,
      );
    }
  }
  return limitOfRun(limits, meter, now);
}

/** The limit that keeps a call from being sent once more. The run's retries include this one. */
export function limitOfRetry(limits: AgentLimitConfig, meter: RunMeter): Exceeded | undefined {
  const retries = meter.retries + meter.elsewhere(COSTSPAN_LIMIT_VALUE_RETRIES);
  return limits.maxRetries !== undefined && retries > limits.maxRetries
    ? exceeded(COSTSPAN_LIMIT_VALUE_RETRIES, limits.maxRetries, retries)
    : undefined;
}

/** What is used up, whatever the run does next. */
function limitOfRun(
  { maxDurationSeconds, maxTokens, maxCostUsd }: AgentLimitConfig,
  meter: RunMeter,
  now: number,
): Exceeded | undefined {
  const seconds = (now - meter.startedMs) / 1000;
  if (maxDurationSeconds !== undefined && seconds >= maxDurationSeconds) {
    return exceeded(COSTSPAN_LIMIT_VALUE_DURATION, maxDurationSeconds, seconds);
  }
  const tokens = meter.tokens + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOKENS);
  if (maxTokens !== undefined && tokens >= maxTokens) {
    return exceeded(COSTSPAN_LIMIT_VALUE_TOKENS, maxTokens, tokens);
  }
  const costUsd = (meter.costNanos + meter.elsewhere(COSTSPAN_LIMIT_VALUE_COST)) / NANOS_PER_USD;
  if (maxCostUsd !== undefined && costUsd >= maxCostUsd) {
    return exceeded(COSTSPAN_LIMIT_VALUE_COST, maxCostUsd, costUsd);
  }
  return undefined;
}

/**
 * Where nothing tells of tools before they run, the tools that the model asked for have run by now,
 * and another answer may ask for one too many. So the last call is the one that used a limit up.
 */
function limitOfRequestedTools(limits: AgentLimitConfig, meter: RunMeter): Exceeded | undefined {
  if (meter.hearsOfTools) return undefined;
  const { maxToolCalls, maxRepeatedToolCalls, maxCallsPerTool } = limits;
  const calls = meter.toolCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOOL_CALLS);
  if (maxToolCalls !== undefined && calls >= maxToolCalls) {
    return exceeded(COSTSPAN_LIMIT_VALUE_TOOL_CALLS, maxToolCalls, calls);
  }
  if (maxCallsPerTool !== undefined) {
    for (const [name, count] of meter.requested.byTool) {
      const most = maxOfTool(limits, name);
      if (most !== undefined && count >= most) {
        return exceeded(COSTSPAN_LIMIT_VALUE_TOOL_CALLS, most, count, name);
      }
    }
  }
  if (maxRepeatedToolCalls !== undefined) {
    for (const [key, count] of meter.requested.byArguments) {
      if (count < maxRepeatedToolCalls) continue;
      const name = key.slice(0, key.indexOf('\n'));
      return exceeded(COSTSPAN_LIMIT_VALUE_REPEATED_TOOL_CALLS, maxRepeatedToolCalls, count, name);
    }
  }
  return undefined;
}

function maxOfTool({ maxCallsPerTool }: AgentLimitConfig, name: string): number | undefined {
  if (maxCallsPerTool === undefined) return undefined;
  return Object.hasOwn(maxCallsPerTool, name) ? maxCallsPerTool[name] : maxCallsPerTool[ANY_TOOL];
}

function exceeded(limit: string, limitValue: number, value: number, tool?: string): Exceeded {
  return { limit, limitValue, value, tool };
}
