import type { LlmCall } from '../../conventions/index.ts';
import type { CallState } from '../engine/loops/call-state.ts';
import type { PriceGate } from '../engine/price-gate.ts';
import type { AgentLimits } from './agents/agent-limits.ts';
import type { BudgetGate } from './budget-gate.ts';
import type { Maybe } from './budgets/stores/store.ts';
import type { CallControl } from './control/call-control.ts';

/** What a call has to pass before it is sent: nothing, or the error that it ends with. */
export type AdmissionStage = (call: LlmCall, state: CallState) => Maybe<Error | undefined>;

export interface AdmissionParts {
  readonly control: CallControl;
  readonly agents: AgentLimits;
  readonly budgets: BudgetGate;
  readonly prices: () => PriceGate;
  readonly failed: (component: string, error: unknown) => void;
}

/** All stages, in the order in which a call passes them. */
export function admissionStages(parts: AdmissionParts): readonly AdmissionStage[] {
  const { control, agents, budgets, prices, failed } = parts;
  return [
    // What is paused stands in the store, which may still be being opened.
    () => budgets.opening()?.then(() => undefined),
    guarded((call, state) => control.check(call, state), failed),
    guarded((call, state) => agents.admit(call, state), failed),
    // An estimate needs prices, and an overlay may still be being read.
    () =>
      prices()
        .opening()
        ?.then(() => undefined),
    // Budgets come last: what they hold must be given back if anything else refuses.
    (call, state) => budgets.admit(call, state),
  ];
}

/** Lets the call pass (`undefined`), or gives the first stage's denial; the rest is not asked then. */
export function passStages(
  stages: readonly AdmissionStage[],
  call: LlmCall,
  state: CallState,
  first: number = 0,
): Maybe<Error | undefined> {
  for (let index = first; index < stages.length; index += 1) {
    const denial = stages[index]?.(call, state);
    if (denial instanceof Promise) {
      return denial.then((later) => later ?? passStages(stages, call, state, index + 1));
    }
    if (denial !== undefined) return denial;
  }
  return undefined;
}

/** A failure here must not keep budgets from being asked. */
function guarded(stage: AdmissionStage, tell: AdmissionParts['failed']): AdmissionStage {
  const failed = (error: unknown): undefined => {
    tell('admit', error);
    return undefined;
  };
  return (call, state) => {
    try {
      const denial = stage(call, state);
      return denial instanceof Promise ? denial.catch(failed) : denial;
    } catch (error) {
      return failed(error);
    }
  };
}
