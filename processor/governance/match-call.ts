import type { LlmCall } from '../../conventions/index.ts';
import type { AttributionScope } from '../engine/attribution/attribution-scope.ts';
import { type CallFacts, compileMatch, type Matcher } from './budgets/scope/match.ts';
import type { CallState } from '../engine/loops/call-state.ts';
import type { Surroundings } from '../engine/loops/loop-tracker.ts';

/** A call, or a tool, as far as rules of the configuration and pauses tell calls apart. */
export interface MatchTarget extends Surroundings {
  readonly scope: AttributionScope;
  readonly runId: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
}

export function callTarget(call: LlmCall, { scope, run, agent }: CallState): MatchTarget {
  return {
    scope,
    run,
    agent,
    runId: run?.id ?? scope.inboundRun?.id,
    provider: call.provider,
    model: call.requestModel,
  };
}

/** What a rule may look at. */
export type TargetFacts = CallFacts & { readonly run?: string | undefined };

/**
 * The facts of a call or a tool. With `onlyVerified`, values from baggage that nobody vouched for
 * count as absent: no cap may rest on them.
 */
export function factsOf(target: MatchTarget, onlyVerified: boolean): TargetFacts {
  const { scope, agent, runId, provider, model } = target;
  const facts: Record<string, string | undefined> = { ...scope.values };
  if (onlyVerified && !scope.inboundVerified) {
    for (const [key, source] of Object.entries(scope.sources)) {
      if (source === 'baggage') facts[key] = undefined;
    }
  }
  const agents: string[] = [];
  for (let frame = agent; frame !== undefined; frame = frame.parent) {
    if (frame.name !== undefined) agents.push(frame.name);
  }
  return { ...facts, agents, run: runId, provider, model };
}

/** Compiles what a rule is for: `match` with, for pauses, the `run` beside it. */
export function compileRule({
  run,
  ...match
}: Readonly<Record<string, string | undefined>>): (facts: TargetFacts) => boolean {
  const matches: Matcher = compileMatch(match);
  return (facts) => (run === undefined || facts.run === run) && matches(facts);
}
