import { type Context, context as contextApi } from '@opentelemetry/api';
import {
  COSTSPAN_LIMIT_VALUE_COST,
  COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS,
  COSTSPAN_LIMIT_VALUE_RETRIES,
  COSTSPAN_LIMIT_VALUE_TOKENS,
  COSTSPAN_LIMIT_VALUE_TOOL_CALLS,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import { AgentLimitError } from '../budgets/budget-errors.ts';
import type { AgentLimitConfig } from '../config/index.ts';
import { type Exceeded, type RunMeter, runMeterOf } from './run-meter.ts';
import type { MatchTarget } from '../match-call.ts';
import type { CallMetrics } from '../../engine/metrics/call-metrics.ts';
import { emitAgentEvent } from './agent-events.ts';
import { escalate } from './escalation.ts';

/** A run beyond this many times its expected tokens alerts. */
const EXPECTED_TIMES = 2;
const HALF = 0.5;

/** What limits count. */
export type LimitMetrics = Pick<CallMetrics, 'agentLimit' | 'internalError'>;

/** What is told of limits: stops and alerts, each once in a run. */
export class LimitNotices {
  readonly #metrics: LimitMetrics;

  constructor(metrics: LimitMetrics) {
    this.#metrics = metrics;
  }

  /** Refuses, told once for each limit of a run. */
  stop(exceeded: Exceeded, meter: RunMeter, target: MatchTarget): AgentLimitError {
    const { limit } = exceeded;
    const error = new AgentLimitError({
      ...exceeded,
      runId: meter.runId,
      consumed: consumedBy(meter),
    });
    if (meter.told.has(`stop ${limit}`)) return error;
    meter.told.add(`stop ${limit}`);
    this.#metrics.agentLimit('stop', limit, target.scope);
    emitAgentEvent('stop', exceeded, meter.runId, target.scope, contextApi.active());
    escalate({ runId: meter.runId, error, attribution: target.scope.values });
    (runMeterOf(target.run) ?? meter).abort?.abort(error);
    return error;
  }

  /** Half of the calls are used up. */
  alertAtHalf(
    { maxInferenceCalls = Infinity }: AgentLimitConfig,
    meter: RunMeter,
    scope: AttributionScope,
    context: Context = contextApi.active(),
  ): void {
    const value = meter.inferenceCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS);
    const limitValue = maxInferenceCalls * HALF;
    // A limit of a few calls has no half to speak of.
    if (value < limitValue || maxInferenceCalls < 4) return;
    this.#alert(
      { limit: COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS, limitValue, value },
      meter,
      scope,
      context,
    );
  }

  /** A call went beyond a limit where nothing could refuse it. Told once for each limit of a run. */
  passed(exceeded: Exceeded, meter: RunMeter, scope: AttributionScope, context: Context): void {
    this.#alert(exceeded, meter, scope, context, `passed ${exceeded.limit}`);
  }

  /** The run uses far more than it is expected to. */
  alertBeyondExpected(
    { expectedTokens = Infinity }: AgentLimitConfig,
    meter: RunMeter,
    scope: AttributionScope,
    context: Context,
  ): void {
    const value = meter.tokens + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOKENS);
    const limitValue = expectedTokens * EXPECTED_TIMES;
    if (value <= limitValue) return;
    this.#alert({ limit: COSTSPAN_LIMIT_VALUE_TOKENS, limitValue, value }, meter, scope, context);
  }

  #alert(
    exceeded: Exceeded,
    meter: RunMeter,
    scope: AttributionScope,
    context: Context,
    notice = `alert ${exceeded.limit}`,
  ): void {
    if (meter.told.has(notice)) return;
    meter.told.add(notice);
    this.#metrics.agentLimit('alert', exceeded.limit, scope);
    emitAgentEvent('alert', exceeded, meter.runId, scope, context);
  }
}

function consumedBy(meter: RunMeter): Readonly<Record<string, number>> {
  return {
    [COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS]:
      meter.inferenceCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS),
    [COSTSPAN_LIMIT_VALUE_TOOL_CALLS]:
      meter.toolCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOOL_CALLS),
    [COSTSPAN_LIMIT_VALUE_TOKENS]: meter.tokens + meter.elsewhere(COSTSPAN_LIMIT_VALUE_TOKENS),
    [COSTSPAN_LIMIT_VALUE_COST]:
      (meter.costNanos + meter.elsewhere(COSTSPAN_LIMIT_VALUE_COST)) / 1e9,
    [COSTSPAN_LIMIT_VALUE_RETRIES]: meter.retries + meter.elsewhere(COSTSPAN_LIMIT_VALUE_RETRIES),
  };
}
