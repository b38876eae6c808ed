import type { Attribution, LlmCall } from '../conventions/index.ts';
import type { AttributionScope } from './attribution/index.ts';
import type { CallState } from './loops/call-state.ts';
import type { CallPlace } from './loops/loop-tracker.ts';

/** A call, or a tool, as far as rules of the configuration and pauses tell calls apart. */
export interface MatchTarget extends CallPlace {
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

/** What a rule is for: attribution keys, `agent`, `run`, `provider`, `model`. All must hold. */
export type MatchRule = readonly (readonly [key: string, value: string])[];

/** The keys of `match` that say what it applies to. */
export function matchRule(match: object | undefined): MatchRule {
  return Object.entries(match ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}

/**
 * Whether all of `rule` holds. With `onlyVerified`, values from baggage that nobody vouched for
 * count as absent.
 */
export function matchesRule(rule: MatchRule, target: MatchTarget, onlyVerified: boolean): boolean {
  return rule.every(([key, value]) => {
    switch (key) {
      case 'agent':
        return isInAgent(target, value);
      case 'run':
        return target.runId === value;
      case 'provider':
        return target.provider === value;
      case 'model':
        return target.model !== undefined && matchesModel(value, target.model);
      default:
        return attributionOf(target.scope, key as keyof Attribution, onlyVerified) === value;
    }
  });
}

/** A pattern is a model id, or the beginning of one with `*` at the end. */
export function matchesModel(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

function isInAgent({ agent }: MatchTarget, name: string): boolean {
  for (let frame = agent; frame !== undefined; frame = frame.parent) {
    if (frame.name === name) return true;
  }
  return false;
}

function attributionOf(
  scope: AttributionScope,
  key: keyof Attribution,
  onlyVerified: boolean,
): string | undefined {
  if (onlyVerified && !scope.inboundVerified && scope.sources[key] === 'baggage') return undefined;
  return scope.values[key];
}
