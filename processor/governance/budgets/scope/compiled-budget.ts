import type { ResolvedBudget } from '../../config/index.ts';
import { type CallFacts, compileMatch, type Matcher } from './match.ts';
import { calendarPeriod, type Period, rollingPeriod, runPeriod } from './period.ts';

export type BudgetUnit = 'usd' | 'tokens' | 'calls';

const NANOS_PER_USD = 1e9;

/** A configured budget, ready to be asked about every call. */
export class CompiledBudget {
  readonly config: ResolvedBudget;
  readonly id: string;
  readonly unit: BudgetUnit;
  /** In whole nano-USD, tokens or calls, before overrides. */
  readonly limit: number;
  /** Whether calls beyond the limit are refused at all. */
  readonly enforced: boolean;
  /** Whether estimates must be true upper bounds. */
  readonly isFirm: boolean;
  /** Amounts at which it alerts, rising. */
  readonly thresholds: readonly number[];
  readonly matches: Matcher;
  #current: Period | undefined;

  constructor(config: ResolvedBudget) {
    this.config = config;
    this.id = config.id;
    const { limitUsd, limitTokens, limitCalls, mode, action } = config;
    this.unit = limitUsd !== undefined ? 'usd' : limitTokens !== undefined ? 'tokens' : 'calls';
    this.limit =
      limitUsd === undefined
        ? (limitTokens ?? limitCalls ?? 0)
        : Math.round(limitUsd * NANOS_PER_USD);
    this.enforced = mode !== 'soft' && action !== 'alert';
    this.isFirm = mode === 'hard';
    this.thresholds = config.alertAt.map((share) => Math.ceil(share * this.limit));
    this.matches = compileMatch(config.match);
  }

  /** The period that `nowMs` lies in; one of its own for each run where it is per run. */
  periodAt(nowMs: number, runId: string): Period {
    const { period, timezone, windowHours } = this.config;
    if (period === 'run') return runPeriod(runId, nowMs);
    const current = this.#current;
    if (current !== undefined && nowMs < current.untilMs && nowMs >= current.fromMs) {
      return current;
    }
    const next =
      period === 'rolling'
        ? rollingPeriod(windowHours ?? 24, nowMs)
        : calendarPeriod(period, timezone, nowMs);
    this.#current = next;
    return next;
  }

  /** Which split of the budget a call counts to; empty where it has none. */
  splitOf(facts: CallFacts): string {
    const { splitBy } = this.config;
    if (splitBy.length === 0) return '';
    return splitBy.map((key) => `${key}=${escaped(facts[key] ?? UNASSIGNED)}`).join('&');
  }

  /** In USD, tokens or calls. */
  shown(amount: number): number {
    return this.unit === 'usd' ? amount / NANOS_PER_USD : amount;
  }
}

/** The split of calls that lack the value. */
const UNASSIGNED = 'unassigned';

function escaped(value: string): string {
  return value.replaceAll(/[%&=\p{Cc}]/gu, encodeURIComponent);
}
