import { randomUUID } from 'node:crypto';
import type { CompiledBudget } from '../budgets/scope/compiled-budget.ts';
import type { BudgetStore, Override, Pause } from '../budgets/stores/store.ts';
import { ATTRIBUTION_KEYS, type AttributionKey } from '../../../conventions/index.ts';

/**
 * What people do to budgets and scopes, the same from code and from the command line. Everything is
 * in the audit log before it acts, so that nothing acts unseen. Each throws {@link ActionError} for
 * what cannot be done, in one sentence, and passes on what the store throws.
 */

/** Something that was asked for makes no sense; the message says what would. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
}

/** What may be switched off. All keys must hold; `*` in a value stands for any text. */
export type PauseScope = {
  readonly [Key in AttributionKey | 'agent' | 'run' | 'provider' | 'model']?: string | undefined;
};

const SCOPE_KEYS: ReadonlySet<string> = new Set([
  ...ATTRIBUTION_KEYS,
  'agent',
  'run',
  'provider',
  'model',
]);
const MOST_REASON_CHARACTERS = 500;
const MOST_NAME_CHARACTERS = 128;

/** Who does something, and why. Both are kept in the audit log. */
export interface Accountable {
  readonly actor: string;
  readonly reason: string;
}

export interface PauseOptions extends Accountable {
  /** When it ends by itself. Default: when somebody resumes it. */
  readonly until?: Date | undefined;
}

export interface OverrideOptions extends Accountable {
  /** How much more, in USD for a budget in USD, else tokens or calls. */
  readonly extra: number;
  /** When it ends. Default, and at most, the end of the budget's period. */
  readonly until?: Date | undefined;
  readonly approvedBy?: string | undefined;
  readonly ticket?: string | undefined;
  /** Only this split of the budget, such as `userId=u-17`. Default all of them. */
  readonly split?: string | undefined;
  /** The run that is granted more, for a budget per run. */
  readonly run?: string | undefined;
}

export async function pauseScope(
  store: BudgetStore,
  scope: PauseScope,
  options: PauseOptions,
  now: number,
): Promise<Pause> {
  const pause: Pause = {
    id: randomUUID().slice(0, 8),
    scope: checkedScope(scope),
    ...checkedAccountable(options),
    createdMs: now,
    untilMs: checkedUntil(options.until, now),
  };
  await store.appendAudit({
    atMs: now,
    action: 'pause',
    actor: pause.actor,
    details: {
      id: pause.id,
      scope: scopeText(pause.scope),
      reason: pause.reason,
      ...(pause.untilMs === undefined ? {} : { until: new Date(pause.untilMs).toISOString() }),
    },
  });
  await store.pause(pause);
  return pause;
}

/** Ends every pause of exactly this scope, or the one of this id. Returns those that it ended. */
export async function resumeScope(
  store: BudgetStore,
  scope: PauseScope | string,
  options: { readonly actor: string; readonly reason?: string | undefined },
  now: number,
): Promise<readonly Pause[]> {
  const actor = checkedText(options.actor, 'actor', MOST_NAME_CHARACTERS);
  const wanted = typeof scope === 'string' ? undefined : scopeText(checkedScope(scope));
  const found = (await store.pauses(now)).filter((pause) =>
    typeof scope === 'string' ? pause.id === scope : scopeText(pause.scope) === wanted,
  );
  for (const { id, scope: paused } of found) {
    await store.appendAudit({
      atMs: now,
      action: 'resume',
      actor,
      details: { id, scope: scopeText(paused), reason: options.reason ?? '' },
    });
    await store.resume(id);
  }
  return found;
}

export async function grantOverride(
  store: BudgetStore,
  budget: CompiledBudget,
  options: OverrideOptions,
  now: number,
): Promise<Override> {
  const { extra, until, run, split } = options;
  if (!(typeof extra === 'number' && extra > 0 && extra < Infinity)) {
    throw new ActionError('extra must be a number above 0.');
  }
  const inUnit = budget.unit === 'usd' ? Math.round(extra * NANOS_PER_USD) : Math.round(extra);
  if (!Number.isSafeInteger(inUnit) || inUnit === 0) {
    throw new ActionError(`extra must be an amount that a budget can hold, and ${extra} is not.`);
  }
  if (budget.config.period === 'run' && run === undefined) {
    throw new ActionError(`budget ${budget.id} is per run: say which run is granted more.`);
  }
  if (split !== undefined && budget.config.splitBy.length === 0) {
    throw new ActionError(`budget ${budget.id} is not split: leave the split out.`);
  }
  const period = budget.periodAt(now, run ?? '');
  const untilMs = checkedUntil(until, now) ?? period.endMs ?? now + DAY_MS;
  const override: Override = {
    id: randomUUID().slice(0, 8),
    budget: budget.id,
    split,
    period: period.overrideId,
    extra: inUnit,
    expiresMs: Math.min(untilMs, period.endMs ?? Infinity),
    createdMs: now,
    ...checkedAccountable(options),
    approvedBy: optionalText(options.approvedBy, 'approvedBy'),
    ticket: optionalText(options.ticket, 'ticket'),
  };
  await store.appendAudit({
    atMs: now,
    action: 'override',
    actor: override.actor,
    details: {
      id: override.id,
      budget: override.budget,
      ...(split === undefined ? {} : { split }),
      period: override.period,
      extra: budget.shown(inUnit),
      unit: budget.unit,
      until: new Date(override.expiresMs).toISOString(),
      reason: override.reason,
      ...(override.approvedBy === undefined ? {} : { approvedBy: override.approvedBy }),
      ...(override.ticket === undefined ? {} : { ticket: override.ticket }),
    },
  });
  await store.addOverride(override);
  return override;
}

const NANOS_PER_USD = 1e9;
const DAY_MS = 86_400_000;

/** A scope in one line, the same whatever the order of its keys: `team=support workflow=triage`. */
export function scopeText(scope: Readonly<Record<string, string>>): string {
  return Object.entries(scope)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

function checkedScope(scope: PauseScope): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [key, value] of Object.entries(scope)) {
    if (value === undefined) continue;
    if (!SCOPE_KEYS.has(key)) {
      throw new ActionError(`${key} cannot be paused by: use ${[...SCOPE_KEYS].join(', ')}.`);
    }
    checked[key] = checkedText(value, key, MOST_NAME_CHARACTERS);
  }
  if (Object.keys(checked).length === 0) {
    throw new ActionError('say what is meant, such as workflow: bug-triage.');
  }
  return checked;
}

function checkedAccountable({ actor, reason }: Accountable): Accountable {
  return {
    actor: checkedText(actor, 'actor', MOST_NAME_CHARACTERS),
    reason: checkedText(reason, 'reason', MOST_REASON_CHARACTERS),
  };
}

function checkedUntil(until: Date | undefined, now: number): number | undefined {
  if (until === undefined) return undefined;
  const untilMs = until.getTime();
  if (!(untilMs > now)) throw new ActionError('until must be a time to come.');
  return untilMs;
}

function optionalText(value: string | undefined, name: string): string | undefined {
  return value === undefined ? undefined : checkedText(value, name, MOST_NAME_CHARACTERS);
}

function checkedText(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > most) {
    throw new ActionError(`${name} must be text of 1 to ${most} characters.`);
  }
  if (/\p{Cc}/u.test(value)) throw new ActionError(`${name} must not hold control characters.`);
  return value;
}
