import { type Context, context as contextApi } from '@opentelemetry/api';
import {
  COSTSPAN_LIMIT_VALUE_COST,
  COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS,
  COSTSPAN_LIMIT_VALUE_RETRIES,
  COSTSPAN_LIMIT_VALUE_TOKENS,
  COSTSPAN_LIMIT_VALUE_TOOL_CALLS,
  type LlmCall,
  type ToolCall,
} from '../../conventions/index.ts';
import type { AttributionScope } from '../attribution/index.ts';
import { AgentLimitError } from '../budgets/errors.ts';
import { compilePattern } from '../budgets/match.ts';
import type { AgentLimitConfig } from '../config/index.ts';
import { type CallState, metersOf } from '../loops/call-state.ts';
import { type CallPlace, isInference } from '../loops/loop-tracker.ts';
import { RecentMap } from '../loops/recent-map.ts';
import { type Exceeded, RunMeter } from '../loops/run-meter.ts';
import type { Run } from '../loops/run.ts';
import type { AgentFrame } from '../loops/totals.ts';
import { callTarget, compileRule, factsOf, type MatchTarget } from '../match-call.ts';
import type { CallMetrics } from '../metrics/call-metrics.ts';
import { emitAgentEvent } from './agent-events.ts';
import { escalate } from './escalation.ts';
import { limitOfCall, limitOfRetry, limitOfTool } from './limit-check.ts';
import { type RunStore, SharedRuns, startedElsewhere } from './shared-run.ts';

interface Rule {
  readonly matches: ReturnType<typeof compileRule>;
  /** Agent that the limits are of; `undefined`: they are of the whole run. */
  readonly agent: string | undefined;
  readonly limits: AgentLimitConfig;
}

/** A rule that applies, and what it is compared with. */
interface Applied {
  readonly rule: Rule;
  readonly meter: RunMeter;
  /** The agent that `meter` belongs to. */
  readonly frame: AgentFrame | undefined;
}

/** Tokens of a request by its bytes; an estimate, as no tokenizer runs before a call. */
const BYTES_PER_TOKEN = 4;
/** A run beyond this many times its expected tokens alerts. */
const EXPECTED_TIMES = 2;
const HALF = 0.5;
/** Runs whose counts are found by their id. */
const REMEMBERED_RUNS = 10_000;
/** Longest time that a timer takes. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * The limits of agent runs. A run has one allowance, which everything inside it shares: the agents
 * within, and other processes through the store.
 */
export class AgentLimits {
  #rules: readonly Rule[] = [];
  #shared: SharedRuns | undefined;
  readonly #meters = new RecentMap<RunMeter>(REMEMBERED_RUNS);
  readonly #metrics: CallMetrics;

  constructor(metrics: CallMetrics) {
    this.#metrics = metrics;
  }

  configure(entries: readonly AgentLimitConfig[]): void {
    this.#rules = entries.map((limits) => ({
      matches: compileRule({ ...limits.match }),
      agent: limits.match?.agent,
      limits,
    }));
  }

  /** The store through which runs share their counters with other processes. */
  shareThrough(store: RunStore | undefined): void {
    this.#shared =
      store === undefined
        ? undefined
        : new SharedRuns(store, () => {
            this.#metrics.internalError('run-counters');
          });
  }

  /** Whether a call may be sent. Counted in its run by now. */
  admit(
    call: LlmCall,
    state: CallState,
  ): AgentLimitError | undefined | Promise<AgentLimitError | undefined> {
    if (this.#rules.length === 0) return undefined;
    const target = callTarget(call, state);
    const applied = this.#applied(target, call.startTimeMs);
    if (applied.length === 0) return undefined;
    const check = (): AgentLimitError | undefined => this.#check(applied, call, state, target);
    const { run } = state;
    if (this.#shared === undefined || run?.meter === undefined || !crosses(run, state.scope)) {
      return check();
    }
    return this.#exchange(run.meter, applied, call.startTimeMs).then(check);
  }

  #check(
    applied: readonly Applied[],
    call: LlmCall,
    state: CallState,
    target: MatchTarget,
  ): AgentLimitError | undefined {
    const inference = isInference(call.operation);
    let contextTokens: number | undefined;
    if (applied.some(({ rule }) => rule.limits.maxContextTokens !== undefined)) {
      const bytes = call.requestSize?.().bytes;
      contextTokens = bytes === undefined ? undefined : Math.ceil(bytes / BYTES_PER_TOKEN);
    }
    for (const { rule, meter, frame } of applied) {
      const facts = {
        isInference: inference,
        depth: state.depth,
        agentDepth: (state.agent?.depth ?? 0) - (frame === undefined ? 0 : frame.depth - 1),
        contextTokens,
      };
      const exceeded =
        meter.refusedTool ?? limitOfCall(rule.limits, meter, facts, call.startTimeMs);
      if (exceeded !== undefined) return this.#stop(exceeded, meter, target);
      if (inference) this.#alertAtHalf(rule.limits, meter, target.scope);
    }
    return undefined;
  }

  /** Whether a tool may run. It counts if it may. */
  toolStarting(
    tool: ToolCall,
    place: CallPlace,
    scope: AttributionScope,
    now: number,
  ): AgentLimitError | undefined {
    if (this.#rules.length === 0) return undefined;
    const target: MatchTarget = {
      ...place,
      scope,
      runId: place.run?.id ?? scope.inboundRun?.id,
      provider: undefined,
      model: undefined,
    };
    const applied = this.#applied(target, now);
    for (const { rule, meter } of applied) {
      const exceeded = limitOfTool(rule.limits, meter, tool, now);
      if (exceeded === undefined) continue;
      meter.refusedTool ??= exceeded;
      return this.#stop(exceeded, meter, target);
    }
    for (const meter of metersOf(place.run, place.agent)) {
      meter.started.add(tool.name, tool.argumentsHash);
    }
    return undefined;
  }

  /** Whether a call may be sent once more. */
  retrying(call: LlmCall, state: CallState): AgentLimitError | undefined {
    if (this.#rules.length === 0) return undefined;
    countRetries(call, state);
    const target = callTarget(call, state);
    for (const { rule, meter } of this.#applied(target, call.startTimeMs)) {
      const exceeded = limitOfRetry(rule.limits, meter);
      if (exceeded !== undefined) return this.#stop(exceeded, meter, target);
    }
    return undefined;
  }

  /** A call that counts has ended. */
  callEnded(
    call: LlmCall,
    state: CallState,
    tokens: number,
    costNanos: number | undefined,
    context: Context = contextApi.active(),
  ): void {
    if (this.#rules.length === 0) return;
    const meters = metersOf(state.run, state.agent);
    if (meters.length === 0) return;
    countRetries(call, state);
    for (const meter of meters) {
      meter.tokens += tokens;
      meter.costNanos += costNanos ?? 0;
      for (const { name, argumentsHash } of call.requestedTools ?? []) {
        meter.requested.add(name, argumentsHash);
      }
    }
    const target = callTarget(call, state);
    for (const { rule, meter } of this.#applied(target, call.startTimeMs)) {
      this.#alertBeyondExpected(rule.limits, meter, state.scope, context);
    }
    const { run } = state;
    if (run?.meter !== undefined && this.#shared !== undefined && crosses(run, state.scope)) {
      void this.#shared.exchange(run.meter, undefined, call.endTimeMs);
    }
  }

  /** The run goes on in another process as well: what it has used is told there. */
  handedOn(run: Run, scope: AttributionScope, now: number): void {
    run.crossesProcesses = true;
    if (this.#shared === undefined || this.#rules.length === 0) return;
    void this.#shared.exchange(this.#meterOf(run), undefined, now);
  }

  /** Aborts when a limit stops the run, at the latest when its time is up. */
  signalOf(place: CallPlace, scope: AttributionScope, now: number): AbortSignal {
    const { run } = place;
    if (run === undefined) return new AbortController().signal;
    const meter = this.#meterOf(run);
    if (meter.abort === undefined) {
      meter.abort = new AbortController();
      this.#abortInTime(
        meter,
        {
          ...place,
          scope,
          runId: run.id,
          provider: undefined,
          model: undefined,
        },
        now,
      );
    }
    return meter.abort.signal;
  }

  runFinished({ meter }: Run): void {
    clearTimeout(meter?.abortTimer);
  }

  #abortInTime(meter: RunMeter, target: MatchTarget, now: number): void {
    let seconds = Infinity;
    for (const { rule } of this.#applied(target, now)) {
      if (rule.agent === undefined) {
        seconds = Math.min(seconds, rule.limits.maxDurationSeconds ?? Infinity);
      }
    }
    const leftMs = meter.startedMs + seconds * 1000 - now;
    if (leftMs > MOST_TIMER_MS) return;
    meter.abortTimer = setTimeout(
      () => {
        const facts = {
          isInference: false,
          depth: undefined,
          agentDepth: 0,
          contextTokens: undefined,
        };
        const over = limitOfCall(
          { maxDurationSeconds: seconds },
          meter,
          facts,
          meter.startedMs + seconds * 1000,
        );
        if (over !== undefined) this.#stop(over, meter, target);
      },
      Math.max(0, leftMs),
    );
    meter.abortTimer.unref();
  }

  async #exchange(meter: RunMeter, applied: readonly Applied[], now: number): Promise<void> {
    const most = Math.min(
      ...applied.map(({ rule, frame }) =>
        frame === undefined ? (rule.limits.maxInferenceCalls ?? Infinity) : Infinity,
      ),
    );
    await this.#shared?.exchange(meter, most === Infinity ? undefined : most, now);
    const started = startedElsewhere(meter);
    if (started !== undefined && started < meter.startedMs) meter.startedMs = started;
  }

  /**
   * What the run has used. A run that comes back into this process, as when two of its services are
   * one, is another `Run` here and has the same allowance.
   */
  #meterOf(run: Run): RunMeter {
    if (run.meter !== undefined) return run.meter;
    const { inferenceCalls, inputTokens, outputTokens, costNanos, toolSpans } = run.totals;
    const known = this.#meters.get(run.id);
    const meter = known ?? new RunMeter(run.id, run.startedMs);
    meter.inferenceCalls += inferenceCalls;
    meter.tokens += inputTokens + outputTokens;
    meter.costNanos += costNanos;
    meter.toolSpans += toolSpans;
    if (known === undefined) this.#meters.set(run.id, meter);
    run.meter = meter;
    return meter;
  }

  /** The rules that hold for a call or a tool, each with the counts it is about. */
  #applied(target: MatchTarget, now: number): readonly Applied[] {
    const applied: Applied[] = [];
    const facts = factsOf(target, true);
    for (const rule of this.#rules) {
      if (!rule.matches(facts)) continue;
      if (rule.agent === undefined) {
        const meter =
          target.run === undefined
            ? new RunMeter(target.runId ?? '', now)
            : this.#meterOf(target.run);
        applied.push({ rule, meter, frame: undefined });
      } else {
        const frame = outermost(target.agent, rule.agent);
        if (frame === undefined) continue;
        frame.meter ??= meterOfAgent(frame, target.runId, now);
        applied.push({ rule, meter: frame.meter, frame });
      }
    }
    return applied;
  }

  #stop(exceeded: Exceeded, meter: RunMeter, target: MatchTarget): AgentLimitError {
    const { limit } = exceeded;
    const error = new AgentLimitError({
      ...exceeded,
      runId: meter.runId,
      consumed: consumedBy(meter),
    });
    if (meter.told.has(`stop ${limit}`)) return error;
    meter.told.add(`stop ${limit}`);
    this.#metrics.agentLimit('stop', limit);
    emitAgentEvent('stop', exceeded, meter.runId, target.scope, contextApi.active());
    escalate({ runId: meter.runId, error, attribution: target.scope.values });
    (target.run?.meter ?? meter).abort?.abort(error);
    return error;
  }

  #alertAtHalf(
    { maxInferenceCalls = Infinity }: AgentLimitConfig,
    meter: RunMeter,
    scope: AttributionScope,
  ): void {
    const value = meter.inferenceCalls + meter.elsewhere(COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS);
    const limitValue = maxInferenceCalls * HALF;
    // A limit of a few calls has no half to speak of.
    if (value < limitValue || maxInferenceCalls < 4) return;
    this.#alert({ limit: COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS, limitValue, value }, meter, scope);
  }

  #alertBeyondExpected(
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
    context: Context = contextApi.active(),
  ): void {
    if (meter.told.has(`alert ${exceeded.limit}`)) return;
    meter.told.add(`alert ${exceeded.limit}`);
    this.#metrics.agentLimit('alert', exceeded.limit);
    emitAgentEvent('alert', exceeded, meter.runId, scope, context);
  }
}

function crosses(run: Run, scope: AttributionScope): boolean {
  run.crossesProcesses ||= scope.inboundRun !== undefined;
  return run.crossesProcesses;
}

function meterOfAgent(frame: AgentFrame, runId: string | undefined, now: number): RunMeter {
  const meter = new RunMeter(runId ?? '', now);
  meter.inferenceCalls = frame.inferenceCallsWithin;
  meter.toolSpans = frame.toolSpans;
  return meter;
}

/** An agent that calls itself opens no allowance anew. */
function outermost(agent: AgentFrame | undefined, name: string): AgentFrame | undefined {
  const fits = compilePattern(name, false);
  let found: AgentFrame | undefined;
  for (let frame = agent; frame !== undefined; frame = frame.parent) {
    if (frame.name !== undefined && fits(frame.name)) found = frame;
  }
  return found;
}

function countRetries(call: LlmCall, state: CallState): void {
  const more = call.retries - state.countedRetries;
  if (more <= 0) return;
  state.countedRetries = call.retries;
  for (const meter of metersOf(state.run, state.agent)) meter.retries += more;
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
