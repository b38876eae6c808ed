import { processPipeline } from './process-pipeline.ts';
import {
  ActionError,
  grantOverride,
  type OverrideOptions,
  type PauseOptions,
  type PauseScope,
  pauseScope,
  resumeScope,
} from '../governance/control/actions.ts';

/** A pause in force. */
export interface PauseHandle {
  readonly id: string;
  /** Switches the scope on again. */
  resume(by: { readonly actor: string; readonly reason?: string | undefined }): Promise<void>;
}

/**
 * Switches a scope off: calls of it are refused with a `PausedError`, here at once and in every
 * process of the same store within two seconds; nothing else is disturbed. Noted in the audit log.
 * With `store: memory` it holds in this process alone.
 *
 * ```ts
 * await pauseCalls({ workflow: 'bug-triage' }, { actor: 'sre-on-call', reason: 'it loops' });
 * ```
 *
 * Rejects with one sentence for a scope, actor or reason that makes no sense, or when the store
 * cannot be reached.
 */
export async function pauseCalls(scope: PauseScope, options: PauseOptions): Promise<PauseHandle> {
  const pipeline = processPipeline();
  const { access } = await pipeline.governance.budgets.open();
  const { id } = await pauseScope(access.store, scope, options, Date.now());
  await pipeline.governance.control.killSwitch.refresh();
  return {
    id,
    resume: async (by) => {
      await resumeScope(access.store, id, by, Date.now());
      await pipeline.governance.control.killSwitch.refresh();
    },
  };
}

/**
 * Switches on again what {@link pauseCalls} or `costspan budget pause` switched off: every pause of
 * exactly this scope, or the one of this id. Resolves to how many there were. What stands under
 * `paused` in `costspan.yaml` is not among them.
 */
export async function resumeCalls(
  scope: PauseScope | string,
  by: { readonly actor: string; readonly reason?: string | undefined },
): Promise<number> {
  const pipeline = processPipeline();
  const { access } = await pipeline.governance.budgets.open();
  const ended = await resumeScope(access.store, scope, by, Date.now());
  await pipeline.governance.control.killSwitch.refresh();
  return ended.length;
}

/**
 * Lets a budget spend `extra` more, in every process, until the end of its period or `until`. Calls
 * that only this lets pass say so: `costspan.budget.decision` is `override`. Noted in the audit log.
 * Resolves to the id of the override. Rejects with one sentence for what cannot be done.
 */
export async function overrideBudget(budget: string, options: OverrideOptions): Promise<string> {
  const { access, budgets } = await processPipeline().governance.budgets.open();
  const known = budgets.find(({ id }) => id === budget);
  if (known === undefined) throw new ActionError(`there is no budget ${budget} in costspan.yaml.`);
  const { id } = await grantOverride(access.store, known, options, Date.now());
  return id;
}
