import { compilePattern } from '../budgets/scope/match.ts';
import type { AgentLimitConfig } from '../config/index.ts';
import { RecentMap } from '../../engine/loops/recent-map.ts';
import { RunMeter } from './run-meter.ts';
import type { Run } from '../../engine/loops/run.ts';
import type { AgentFrame } from '../../engine/loops/totals.ts';
import { compileRule, factsOf, type MatchTarget } from '../match-call.ts';

/** A configured limit, ready to be asked about every call and tool. */
interface Rule {
  readonly matches: ReturnType<typeof compileRule>;
  /** Agent that the limits are of; `undefined`: they are of the whole run. */
  readonly agent: string | undefined;
  readonly limits: AgentLimitConfig;
}

/** A rule that applies, and what it is compared with. */
export interface Applied {
  readonly rule: Rule;
  readonly meter: RunMeter;
  /** The agent that `meter` belongs to. */
  readonly frame: AgentFrame | undefined;
}

/** Runs whose counts are found by their id. */
const REMEMBERED_RUNS = 10_000;

/** The limits that are configured, and the counts that they are compared with. */
export class LimitRules {
  #rules: readonly Rule[] = [];
  readonly #meters = new RecentMap<RunMeter>(REMEMBERED_RUNS);

  configure(entries: readonly AgentLimitConfig[]): void {
    this.#rules = entries.map((limits) => ({
      matches: compileRule({ ...limits.match }),
      agent: limits.match?.agent,
      limits,
    }));
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** The rules that hold for a call or a tool, each with the counts it is about. */
  appliedTo(target: MatchTarget, now: number): readonly Applied[] {
    const applied: Applied[] = [];
    const facts = factsOf(target, true);
    for (const rule of this.#rules) {
      if (!rule.matches(facts)) continue;
      if (rule.agent === undefined) {
        const meter =
          target.run === undefined
            ? new RunMeter(target.runId ?? '', now)
            : this.meterOf(target.run);
        applied.push({ rule, meter, frame: undefined });
      } else {
        const frame = outermost(target.agent, rule.agent);
        if (frame === undefined) continue;
        const known = frame.meter instanceof RunMeter ? frame.meter : undefined;
        const meter = known ?? meterOfAgent(frame, target.runId, now);
        frame.meter = meter;
        applied.push({ rule, meter, frame });
      }
    }
    return applied;
  }

  /**
   * What the run has used. A run that comes back into this process, as when two of its services are
   * one, is another `Run` here and has the same allowance.
   */
  meterOf(run: Run): RunMeter {
    if (run.meter instanceof RunMeter) return run.meter;
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
