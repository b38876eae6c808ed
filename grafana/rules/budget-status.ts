import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_PERIOD,
  METRIC_COSTSPAN_BUDGET_FORECAST_CALLS,
  METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS,
  METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  METRIC_COSTSPAN_BUDGET_LIMIT_CALLS,
  METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS,
  METRIC_COSTSPAN_BUDGET_LIMIT_USD,
  METRIC_COSTSPAN_BUDGET_SPENT_CALLS,
  METRIC_COSTSPAN_BUDGET_SPENT_TOKENS,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
} from '../../conventions/index.ts';
import type { PromQL } from '../queries/promql.ts';
import { BUDGET_UNITS, type BudgetUnit, percent } from './budget-rules.ts';
import type { Duration, RecordingRule, RuleGroup } from './rule.ts';
import { USUAL_DAYS } from './usual.ts';

/** Thresholds of a budget that only the gauges of the processes tell of. */
const DEFAULT_THRESHOLDS = [0.75, 0.8, 1];

/**
 * How full every budget is. What a process reports of a budget is gone with the process, and with a
 * memory store it is of that process alone; what the counters say lags by a step. So the higher
 * figure counts, and a shared store's, which every process repeats, once.
 */
export function budgetStatusGroup(p: PromQL): RuleGroup<RecordingRule> {
  const id = p.label(ATTR_COSTSPAN_BUDGET_ID);
  const fallback = (threshold: number) => ({
    record: 'costspan:budget_alert_at:ratio' as const,
    expr: `costspan:budget_used:ratio * 0 + ${threshold} unless on (${id}) costspan:budget_alert_configured:ratio`,
    labels: { threshold: percent(threshold) },
  });
  return {
    name: 'costspan-budget-status',
    rules: [
      ...BUDGET_UNITS.flatMap((unit) => statusOf(p, unit)),
      { record: 'costspan:budget_used:ratio', expr: ofLimit(p, 'spent') },
      { record: 'costspan:budget_forecast:ratio', expr: ofLimit(p, 'forecast') },
      {
        // 1 is the even pace that ends the period at the limit.
        record: 'costspan:budget_burn:ratio',
        expr: `costspan:budget_used:ratio / on (${id}) group_left () (costspan:budget_elapsed:ratio > 0)`,
      },
      {
        // The same of the last hours alone: of one hour of a day, of six of what is longer.
        record: 'costspan:budget_pace:ratio',
        expr: `${gained('1h')} * on (${id}) group_left () (24 * (costspan:budget_length:days == 1)) or ${gained('6h')} * on (${id}) group_left () (4 * (costspan:budget_length:days > 1))`,
      },
      {
        // The greatest pace of a usual day: one unusual day of a week does not count.
        record: 'costspan:budget_pace:usual',
        expr: 'quantile_over_time(0.75, (max_over_time(costspan:budget_pace:ratio[1d:15m]))[7d:1d])',
      },
      { record: 'costspan:budget_alert_at:ratio', expr: 'costspan:budget_alert_configured:ratio' },
      ...DEFAULT_THRESHOLDS.map(fallback),
      {
        record: 'costspan:budget_passed:ratio',
        expr: `costspan:budget_alert_at:ratio <= on (${id}) group_left () costspan:budget_used:ratio`,
      },
    ],
  };
}

/** By how much more is used than a while ago; nothing where a period began meanwhile. */
function gained(window: Duration): string {
  return `(costspan:budget_used:ratio - costspan:budget_used:ratio offset ${window} >= 0)`;
}

const GAUGES = {
  usd: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_USD,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_USD,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_USD,
  },
  tokens: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_TOKENS,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS,
  },
  calls: {
    limit: METRIC_COSTSPAN_BUDGET_LIMIT_CALLS,
    spent: METRIC_COSTSPAN_BUDGET_SPENT_CALLS,
    forecast: METRIC_COSTSPAN_BUDGET_FORECAST_CALLS,
  },
} as const;

function statusOf(p: PromQL, unit: BudgetUnit): RecordingRule[] {
  const id = p.label(ATTR_COSTSPAN_BUDGET_ID);
  const { limit, spent, forecast } = GAUGES[unit];
  const configured = `costspan:budget_configured_${unit}`;
  const effective = `costspan:budget_limit_${unit}` as const;
  const reported = p.select(limit);
  const known = p.recorded(USUAL_DAYS, [[ATTR_COSTSPAN_BUDGET_ID, '!=', '']]);
  const highest = (expr: string) => `max by (${id}) (${expr})`;
  return [
    {
      // An override raises what the processes report; the labels are those of the configuration.
      record: effective,
      expr: `${highest(`${reported} or ${configured}`)} * on (${id}) group_right () (${configured} > bool 0) or on (${id}) max by (${p.labels([ATTR_COSTSPAN_BUDGET_ID, ATTR_COSTSPAN_BUDGET_PERIOD])}) (${reported} > 0)`,
    },
    {
      record: `costspan:budget_spent_${unit}`,
      expr: highest(`${p.select(spent)} or costspan:budget_spent_${unit}:estimate`),
    },
    {
      // What is spent and the rest that history lets expect; a process knows its period alone.
      record: `costspan:budget_forecast_${unit}`,
      expr: `(costspan:budget_spent_${unit} + on (${id}) (costspan:budget_forecast_${unit}:estimate - costspan:budget_spent_${unit}:estimate) and on (${id}) ${known}) or ${highest(`${p.select(forecast)} or costspan:budget_forecast_${unit}:estimate`)}`,
    },
  ];
}

/** A share of the limit, of budgets in every unit. A budget that was removed has a limit of 0. */
function ofLimit(p: PromQL, amount: 'spent' | 'forecast'): string {
  const id = p.label(ATTR_COSTSPAN_BUDGET_ID);
  return BUDGET_UNITS.map(
    (unit) =>
      `costspan:budget_${amount}_${unit} / on (${id}) group_right () (costspan:budget_limit_${unit} > 0)`,
  ).join(' or ');
}
