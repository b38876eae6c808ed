import * as api from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_LIMIT,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  ATTR_COSTSPAN_BUDGET_PERIOD_ID,
  ATTR_COSTSPAN_BUDGET_SPENT,
  ATTR_COSTSPAN_BUDGET_SPLIT,
  ATTR_COSTSPAN_BUDGET_THRESHOLD,
  ATTR_COSTSPAN_BUDGET_UNIT,
  EVENT_COSTSPAN_BUDGET_ALERT,
} from '../../../../conventions/index.ts';
import { describeError } from '../../../../conventions/error-text.ts';
import { warnOnce } from '../../../../conventions/warn-once.ts';
import { METER_NAME } from '../../../engine/metrics/metric-names.ts';
import { nudged } from '../../../engine/metrics/money.ts';
import type { CompiledBudget } from '../scope/compiled-budget.ts';
import type { BudgetAlert, BudgetHooks } from './hooks.ts';
import type { AccountFigures, Charge } from '../stores/store.ts';

/** `SeverityNumber.WARN`; the enum is missing from API 1.9. */
const WARN = 13;

/** The alert for `budget` having reached `threshold`, an amount among its thresholds. */
export function alertOf(
  budget: CompiledBudget,
  charge: Charge,
  threshold: number,
  { committed, extra }: AccountFigures,
): BudgetAlert {
  const share = budget.config.alertAt[budget.thresholds.indexOf(threshold)];
  return {
    budget: budget.id,
    split: charge.split === '' ? undefined : charge.split,
    period: charge.overridePeriod ?? charge.period,
    threshold: share ?? threshold / budget.limit,
    unit: budget.unit,
    limit: budget.shown(charge.limit + extra),
    spent: budget.shown(committed),
    owner: budget.config.owner,
  };
}

/** Tells of an alert as an event of the log signal and to the application. Never throws. */
export function tellAlert(alert: BudgetAlert, budget: CompiledBudget, hooks: BudgetHooks): void {
  try {
    emitEvent(alert, budget);
    hooks.onAlert?.(alert);
  } catch (error) {
    warnOnce('budget alert', `telling of a budget's alert failed: ${describeError(error)}`);
  }
}

function emitEvent(alert: BudgetAlert, { config }: CompiledBudget): void {
  // The logs API came with version 1.10 of the API; older ones lack the export.
  const { logs } = api as Partial<Pick<typeof api, 'logs'>>;
  if (logs === undefined) return;
  const attributes: api.Attributes = {
    [ATTR_COSTSPAN_BUDGET_ID]: alert.budget,
    [ATTR_COSTSPAN_BUDGET_PERIOD]: config.period,
    [ATTR_COSTSPAN_BUDGET_PERIOD_ID]: alert.period,
    [ATTR_COSTSPAN_BUDGET_THRESHOLD]: nudged(alert.threshold),
    [ATTR_COSTSPAN_BUDGET_UNIT]: alert.unit,
    [ATTR_COSTSPAN_BUDGET_LIMIT]: nudged(alert.limit),
    [ATTR_COSTSPAN_BUDGET_SPENT]: nudged(alert.spent),
  };
  if (alert.split !== undefined) attributes[ATTR_COSTSPAN_BUDGET_SPLIT] = alert.split;
  const share = Math.round(alert.threshold * 100);
  logs.getLogger(METER_NAME).emit({
    eventName: EVENT_COSTSPAN_BUDGET_ALERT,
    severityNumber: WARN,
    body: `Budget ${alert.budget} has reached ${share} % of its limit for ${alert.period}.`,
    attributes,
  });
}
