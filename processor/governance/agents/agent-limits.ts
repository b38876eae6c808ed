import { type Context, context as contextApi } from '@opentelemetry/api';
import { inputTokensOf, type LlmCall, type ToolCall } from '../../../conventions/index.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import type { AgentLimitError } from '../budgets/budget-errors.ts';
import type { AgentLimitConfig } from '../config/index.ts';
import type { CallState } from '../../engine/loops/call-state.ts';
import { isInference, type Surroundings } from '../../engine/loops/loop-tracker.ts';
import { type RunMeter, runMeterOf, runMetersOf } from './run-meter.ts';
import type { Run } from '../../engine/loops/run.ts';
import type { AgentFrame } from '../../engine/loops/totals.ts';
import { callTarget, type MatchTarget } from '../match-call.ts';
import { limitOfCall, limitOfRetry, limitOfTool } from './limit-check.ts';
import { type LimitMetrics, LimitNotices } from './limit-notices.ts';
import { type Applied, LimitRules } from './limit-rules.ts';
import { type RunStore, SharedRuns, startedElsewhere } from './shared-run.ts';

/** Tokens of a request by its bytes; an estimate, as no tokenizer runs before a call. */
const BYTES_PER_TOKEN = 4;
/** Longest time that a timer takes. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/**
 * The limits of agent runs. A run has one allowance, which everything inside it shares: the agents
 * within, and other processes through the store.
 */
export class AgentLimits {
  readonly #rules = new LimitRules();
  #shared: SharedRuns | undefined;
  readonly #notices: LimitNotices;
  readonly #metrics: LimitMetrics;

  constructor(metrics: LimitMetrics) {
    this.#metrics = metrics;
    this.#notices = new LimitNotices(metrics);
  }

  configure(entries: readonly AgentLimitConfig[]): void {
    this.#rules.configure(entries);
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
    if (this.#rules.isEmpty) return undefined;
    const target = callTarget(call, state);
    const applied = this.#rules.appliedTo(target, call.startTimeMs);
    if (applied.length === 0) return undefined;
    const check = (): AgentLimitError | undefined => this.#check(applied, call, state, target);
    const { run } = state;
    const meter = runMeterOf(run);
    const isAlone = run === undefined || meter === undefined || !crosses(run, state.scope);
    if (this.#shared === undefined || isAlone) return check();
    return this.#exchange(meter, applied, call.startTimeMs).then(check);
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
        agentDepth: agentDepth(state, frame),
        contextTokens,
      };
      const exceeded =
        meter.refusedTool ?? limitOfCall(rule.limits, meter, facts, call.startTimeMs);
      if (exceeded !== undefined) return this.#notices.stop(exceeded, meter, target);
      if (inference) this.#notices.alertAtHalf(rule.limits, meter, target.scope);
    }
    return undefined;
  }

  /** Whether a tool may run. It counts if it may. */
  toolStarting(
    tool: ToolCall,
    place: Surroundings,
    scope: AttributionScope,
    now: number,
  ): AgentLimitError | undefined {
    if (this.#rules.isEmpty) return undefined;
    const target: MatchTarget = {
      ...place,
      scope,
      runId: place.run?.id ?? scope.inboundRun?.id,
      provider: undefined,
      model: undefined,
    };
    const applied = this.#rules.appliedTo(target, now);
    for (const { rule, meter } of applied) {
      const exceeded = limitOfTool(rule.limits, meter, tool, now);
      if (exceeded === undefined) continue;
      meter.refusedTool ??= exceeded;
      return this.#notices.stop(exceeded, meter, target);
    }
    for (const meter of runMetersOf(place.run, place.agent)) {
      meter.started.add(tool.name, tool.argumentsHash);
    }
    return undefined;
  }

  /** Whether a call may be sent once more. */
  retrying(call: LlmCall, state: CallState): AgentLimitError | undefined {
    if (this.#rules.isEmpty) return undefined;
    countRetries(call, state);
    const target = callTarget(call, state);
    for (const { rule, meter } of this.#rules.appliedTo(target, call.startTimeMs)) {
      const exceeded = limitOfRetry(rule.limits, meter);
      if (exceeded !== undefined) return this.#notices.stop(exceeded, meter, target);
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
    if (this.#rules.isEmpty) return;
    if (state.isForeign) this.#alertPassed(call, state, context);
    const meters = runMetersOf(state.run, state.agent);
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
    for (const { rule, meter } of this.#rules.appliedTo(target, call.startTimeMs)) {
      this.#notices.alertBeyondExpected(rule.limits, meter, state.scope, context);
    }
    const { run } = state;
    const meter = runMeterOf(run);
    if (run === undefined || meter === undefined || this.#shared === undefined) return;
    if (crosses(run, state.scope)) void this.#shared.exchange(meter, undefined, call.endTimeMs);
  }

  /** Nobody could refuse this call, which was told once it was over: says that it would have been. */
  #alertPassed(call: LlmCall, state: CallState, context: Context): void {
    const target = callTarget(call, state);
    const applied = this.#rules.appliedTo(target, call.startTimeMs);
    countRetries(call, state);
    for (const { rule, meter, frame } of applied) {
      const facts = {
        isInference: isInference(call.operation),
        depth: state.depth,
        agentDepth: agentDepth(state, frame),
        contextTokens: call.usage === undefined ? undefined : inputTokensOf(call.usage),
      };
      const passed =
        limitOfCall(rule.limits, meter, facts, call.startTimeMs) ??
        limitOfRetry(rule.limits, meter);
      if (passed !== undefined) this.#notices.passed(passed, meter, target.scope, context);
      else if (facts.isInference) {
        this.#notices.alertAtHalf(rule.limits, meter, target.scope, context);
      }
    }
  }

  /** The run goes on in another process as well: what it has used is told there. */
  handedOn(run: Run, scope: AttributionScope, now: number): void {
    run.crossesProcesses = true;
    if (this.#shared === undefined || this.#rules.isEmpty) return;
    void this.#shared.exchange(this.#rules.meterOf(run), undefined, now);
  }

  /** Aborts when a limit stops the run, at the latest when its time is up. */
  signalOf(place: Surroundings, scope: AttributionScope, now: number): AbortSignal {
    const { run } = place;
    if (run === undefined) return new AbortController().signal;
    const meter = this.#rules.meterOf(run);
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

  runFinished(run: Run): void {
    clearTimeout(runMeterOf(run)?.abortTimer);
  }

  #abortInTime(meter: RunMeter, target: MatchTarget, now: number): void {
    let seconds = Infinity;
    for (const { rule } of this.#rules.appliedTo(target, now)) {
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
        if (over !== undefined) this.#notices.stop(over, meter, target);
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
}

/** Agents around a call, from the one that the limits are for. */
function agentDepth({ agent }: CallState, frame: AgentFrame | undefined): number {
  return (agent?.depth ?? 0) - (frame === undefined ? 0 : frame.depth - 1);
}

function crosses(run: Run, scope: AttributionScope): boolean {
  run.crossesProcesses ||= scope.inboundRun !== undefined;
  return run.crossesProcesses;
}

function countRetries(call: LlmCall, state: CallState): void {
  const more = call.retries - state.countedRetries;
  if (more <= 0) return;
  state.countedRetries = call.retries;
  for (const meter of runMetersOf(state.run, state.agent)) meter.retries += more;
}
