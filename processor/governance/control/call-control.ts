import type { LlmCall } from '../../../conventions/index.ts';
import type { Maybe } from '../budgets/stores/store.ts';
import type { PausedConfig } from '../config/index.ts';
import type { CallState } from '../../engine/loops/call-state.ts';
import { compilePattern } from '../budgets/scope/match.ts';
import { callTarget } from '../match-call.ts';
import { ModelNotAllowedError } from './model-not-allowed-error.ts';
import { KillSwitch, type KillSwitchOptions } from './kill-switch.ts';

/** What people have forbidden, whatever is left of budgets: paused scopes and unlisted models. */
export class CallControl {
  readonly killSwitch: KillSwitch;
  #allowedModels: readonly string[] = [];
  #isAllowed: readonly ((model: string) => boolean)[] = [];

  constructor(options: KillSwitchOptions) {
    this.killSwitch = new KillSwitch(options);
  }

  configure(config: {
    readonly paused: readonly PausedConfig[];
    readonly allowedModels: readonly string[];
  }): void {
    this.killSwitch.configure(config.paused);
    this.#allowedModels = config.allowedModels;
    this.#isAllowed = config.allowedModels.map((pattern) => compilePattern(pattern, true));
  }

  /** Lets the call pass (`undefined`) or says why not. */
  check(call: LlmCall, state: CallState): Maybe<Error | undefined> {
    return this.#checkModel(call) ?? this.killSwitch.check(() => callTarget(call, state));
  }

  /** A request that names no model gets what the provider has made its default. */
  #checkModel({ requestModel }: LlmCall): ModelNotAllowedError | undefined {
    const allowed = this.#allowedModels;
    if (allowed.length === 0 || requestModel === undefined) return undefined;
    return this.#isAllowed.some((fits) => fits(requestModel))
      ? undefined
      : new ModelNotAllowedError(requestModel, allowed);
  }
}
