import { COSTSPAN_ERROR } from '../../../conventions/costspan-error.ts';

/**
 * A call was not sent because of a limit that was configured. Has no HTTP status and is no error
 * of any SDK, so that no SDK retries it.
 */
abstract class Denial extends Error {
  /** Stable, for programs: `costspan_budget_exceeded` and its like. */
  abstract readonly code: string;
  /** Whether the same call may pass a little later. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, COSTSPAN_ERROR, { value: true });
  }
}

/** What a budget stood at when it refused. Money in USD, else tokens or calls. */
export interface BudgetFigures {
  readonly budget: string;
  /** Such as `userId=u-17`; absent where the budget is not split. */
  readonly split?: string | undefined;
  /** Such as `2026-11`. */
  readonly period: string;
  /** When more comes; absent for a budget per run or a rolling one. */
  readonly periodEnd?: Date | undefined;
  readonly unit: 'usd' | 'tokens' | 'calls';
  /** Overrides included. */
  readonly limit: number;
  readonly spent: number;
  /** Held by calls in flight. */
  readonly held: number;
  /** What the call could have come to. */
  readonly estimate: number;
  readonly owner?: string | undefined;
}

abstract class BudgetDenial extends Denial implements BudgetFigures {
  readonly budget: string;
  readonly split: string | undefined;
  readonly period: string;
  readonly periodEnd: Date | undefined;
  readonly unit: 'usd' | 'tokens' | 'calls';
  readonly limit: number;
  readonly spent: number;
  readonly held: number;
  readonly estimate: number;
  readonly owner: string | undefined;
  /** How to get more, one sentence. */
  readonly howToGetMore: string;

  constructor(figures: BudgetFigures, why: string, remedy: string, options?: ErrorOptions) {
    super(`costspan did not send this call: ${why} ${remedy}`, options);
    this.budget = figures.budget;
    this.split = figures.split;
    this.period = figures.period;
    this.periodEnd = figures.periodEnd;
    this.unit = figures.unit;
    this.limit = figures.limit;
    this.spent = figures.spent;
    this.held = figures.held;
    this.estimate = figures.estimate;
    this.owner = figures.owner;
    this.howToGetMore = remedy;
  }
}

/** The budget is spent: the same call cannot pass before its period ends or its limit rises. */
export class BudgetExceededError extends BudgetDenial {
  override readonly name = 'BudgetExceededError';
  readonly code = 'costspan_budget_exceeded';
  readonly retryable = false;

  constructor(figures: BudgetFigures, note = '') {
    super(
      figures,
      `${nameOf(figures)} has spent ${amount(figures, figures.spent)} of ` +
        `${amount(figures, figures.limit)}${until(figures)}, and this call may come to ` +
        `${amount(figures, figures.estimate)}.${note === '' ? '' : ` ${note}`}`,
      askForMore(figures),
    );
  }
}

/** The rest of the budget is held by calls in flight, which may give some of it back. */
export class BudgetContendedError extends BudgetDenial {
  override readonly name = 'BudgetContendedError';
  readonly code = 'costspan_budget_contended';
  readonly retryable = true;

  constructor(figures: BudgetFigures) {
    super(
      figures,
      `${nameOf(figures)} has ${amount(figures, figures.limit)}${until(figures)}, of which ` +
        `${amount(figures, figures.spent)} is spent and ${amount(figures, figures.held)} held by ` +
        `calls in flight; this call may come to ${amount(figures, figures.estimate)}.`,
      `Try again when they have ended, or set maxWaitMs on the budget to let calls wait. ${askForMore(figures)}`,
    );
  }
}

/** The store of the budgets cannot be reached, and the budget does not let calls pass without it. */
export class BudgetStoreUnavailableError extends BudgetDenial {
  override readonly name = 'BudgetStoreUnavailableError';
  readonly code = 'costspan_budget_store_unavailable';
  readonly retryable = true;

  constructor(figures: BudgetFigures, why: string, options?: ErrorOptions) {
    super(
      figures,
      `the store of ${nameOf(figures)} does not answer, and ${why}.`,
      'Look after the store named in costspan.yaml, or set onStoreFailure: open on the budget.',
      options,
    );
  }
}

/** What is switched off, by whom and why. */
export interface PauseFacts {
  /** Such as `{ workflow: 'bug-triage' }`. */
  readonly scope: Readonly<Record<string, string>>;
  readonly reason?: string | undefined;
  readonly actor?: string | undefined;
  /** Absent: until somebody resumes it. */
  readonly until?: Date | undefined;
}

/** Somebody has switched off what the call belongs to. */
export class PausedError extends Denial implements PauseFacts {
  override readonly name = 'PausedError';
  readonly code = 'costspan_paused';
  readonly retryable = false;
  readonly scope: Readonly<Record<string, string>>;
  readonly reason: string | undefined;
  readonly actor: string | undefined;
  readonly until: Date | undefined;

  constructor({ scope, reason, actor, until: end }: PauseFacts) {
    const what = Object.entries(scope)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
    const who = actor === undefined ? '' : ` by ${actor}`;
    const why = reason === undefined || reason === '' ? '' : ` (${reason})`;
    const how =
      end === undefined
        ? 'It stays so until `costspan budget resume`, or until its entry under paused is removed.'
        : `It ends at ${end.toISOString()}.`;
    super(`costspan did not send this call: ${what} is paused${who}${why}. ${how}`);
    this.scope = scope;
    this.reason = reason;
    this.actor = actor;
    this.until = end;
  }
}

/** Which limit of a run was reached, and what the run has used. */
export interface AgentLimitFacts {
  readonly runId: string;
  /** As in `costspan.limit`: `inference_calls`, `tool_calls`, `tokens` … */
  readonly limit: string;
  /** The configured value, in calls, tokens, seconds or USD. */
  readonly limitValue: number;
  /** What it would have come to. */
  readonly value: number;
  /** The tool whose calls are limited, where it is one. */
  readonly tool?: string | undefined;
  /** Everything that the run has used, by the names of limits. */
  readonly consumed: Readonly<Record<string, number>>;
}

/** The run that the call belongs to has reached one of its limits. */
export class AgentLimitError extends Denial implements AgentLimitFacts {
  override readonly name = 'AgentLimitError';
  readonly code = 'costspan_agent_limit';
  readonly retryable = false;
  readonly runId: string;
  readonly limit: string;
  readonly limitValue: number;
  readonly value: number;
  readonly tool: string | undefined;
  readonly consumed: Readonly<Record<string, number>>;

  constructor({ runId, limit, limitValue, value, tool, consumed }: AgentLimitFacts) {
    const of = tool === undefined ? '' : ` of ${tool}`;
    super(
      `costspan did not send this call: run ${runId} may have ${limitValue} ${words(limit)}${of}, ` +
        `and this would make ${value}. Hand the task to a person, or raise the limit under agents in costspan.yaml.`,
    );
    this.runId = runId;
    this.limit = limit;
    this.limitValue = limitValue;
    this.value = value;
    this.tool = tool;
    this.consumed = consumed;
  }
}

function nameOf({ budget, split }: BudgetFigures): string {
  return split === undefined || split === ''
    ? `budget ${budget}`
    : `budget ${budget} for ${split.replaceAll('&', ', ')}`;
}

function amount({ unit }: BudgetFigures, value: number): string {
  if (unit !== 'usd') return `${Math.round(value)} ${unit}`;
  const shown = value.toFixed(Math.abs(value) < 1 ? 6 : 2);
  return `$${shown}`;
}

function until({ period, periodEnd }: BudgetFigures): string {
  const end = periodEnd === undefined ? '' : `, which ends at ${periodEnd.toISOString()}`;
  return ` for ${period}${end}`;
}

function askForMore({ budget, owner }: BudgetFigures): string {
  const whom = owner === undefined ? 'its owner' : owner;
  return `Ask ${whom} for an override (costspan budget override ${budget} --extra <amount> --reason <why>) or raise its limit in costspan.yaml.`;
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}
