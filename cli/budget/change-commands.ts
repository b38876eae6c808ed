import {
  grantOverride,
  type PauseScope,
  pauseScope,
  resumeScope,
  scopeText,
} from '../../processor/governance/control/actions.ts';
import { type CommandIo, writeJson } from '../command-io.ts';
import { EXIT_FINDING, EXIT_OK } from '../exit-codes.ts';
import { actorOf, CommandError, untilOf, withBudgets } from './open-budgets.ts';
import { amount } from './status-command.ts';

export interface ChangeOptions {
  readonly actor?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** `costspan budget override <id> --extra <amount>`. */
export function overrideCommand(
  io: CommandIo,
  id: string,
  options: ChangeOptions & {
    readonly extra: string;
    readonly ticket?: string;
    readonly approvedBy?: string;
    readonly split?: string;
    readonly run?: string;
  },
): Promise<number> {
  return withBudgets(io, async ({ budgets, store }) => {
    const budget = budgets.find((each) => each.id === id);
    if (budget === undefined) {
      const known = budgets.map((each) => each.id).join(', ');
      throw new CommandError(
        `there is no budget ${id} in costspan.yaml${known === '' ? '' : `; there are ${known}`}.`,
      );
    }
    const { split, run, ticket, approvedBy } = options;
    const override = await grantOverride(
      store,
      budget,
      {
        extra: extraOf(options.extra),
        until: untilOf(io, options.until),
        actor: actorOf(io, options.actor),
        reason: options.reason ?? '',
        ticket,
        approvedBy,
        split,
        run,
      },
      io.now,
    );
    const until = new Date(override.expiresMs).toISOString();
    if (options.json) {
      writeJson(io, { ...override, extra: budget.shown(override.extra), until });
    } else {
      const extra = amount(budget.shown(override.extra), budget.unit);
      io.out(
        `Override ${override.id}: ${id} may spend ${extra} more in ${override.period}, until ${until}.\n`,
      );
    }
    return EXIT_OK;
  });
}

/** Plain decimals only: `0x10` is more likely a slip than sixteen dollars. */
function extraOf(text: string): number {
  if (/^\+?(?:\d+\.?\d*|\.\d+)$/.test(text.trim()) && Number(text) > 0) return Number(text);
  throw new CommandError(`--extra must be a decimal number above 0, such as 12.5, and is ${text}.`);
}

/** `costspan budget pause workflow=bug-triage`. */
export function pauseCommand(
  io: CommandIo,
  scope: readonly string[],
  options: ChangeOptions,
): Promise<number> {
  return withBudgets(io, async ({ store }) => {
    const pause = await pauseScope(
      store,
      scopeOf(scope),
      {
        actor: actorOf(io, options.actor),
        reason: options.reason ?? '',
        until: untilOf(io, options.until),
      },
      io.now,
    );
    const until = pause.untilMs === undefined ? undefined : new Date(pause.untilMs).toISOString();
    if (options.json) writeJson(io, { ...pause, until });
    else {
      const end = until === undefined ? 'until somebody resumes it' : `until ${until}`;
      io.out(
        `Paused ${scopeText(pause.scope)} (${pause.id}) ${end}. Every process obeys within two seconds.\n`,
      );
    }
    return EXIT_OK;
  });
}

/** `costspan budget resume workflow=bug-triage`, or the id of a pause. Exit code 1: none was there. */
export function resumeCommand(
  io: CommandIo,
  scope: readonly string[],
  options: ChangeOptions,
): Promise<number> {
  return withBudgets(io, async ({ store }) => {
    const [first = ''] = scope;
    const isId = scope.length === 1 && !first.includes('=');
    const ended = await resumeScope(
      store,
      isId ? first : scopeOf(scope),
      { actor: actorOf(io, options.actor), reason: options.reason },
      io.now,
    );
    if (options.json) writeJson(io, { resumed: ended });
    else if (ended.length === 0) {
      io.error(`costspan: nothing of that scope or id is paused in the store.\n`);
    } else {
      for (const { id, scope: paused } of ended) io.out(`Resumed ${scopeText(paused)} (${id}).\n`);
    }
    return ended.length === 0 ? EXIT_FINDING : EXIT_OK;
  });
}

function scopeOf(parts: readonly string[]): PauseScope {
  const scope: Record<string, string> = {};
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at <= 0 || at === part.length - 1) {
      throw new CommandError(
        `a scope is written key=value, such as workflow=bug-triage, and ${part} is not.`,
      );
    }
    scope[part.slice(0, at)] = part.slice(at + 1);
  }
  return scope;
}
