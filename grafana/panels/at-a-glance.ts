import {
  ATTR_COSTSPAN_BUDGET_PERIOD,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_BUDGET_PERIOD_VALUE_MONTH,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, CHOSEN_ENVIRONMENT_OR_ALL, TEAM } from '../queries/scope.ts';
import {
  type BarGauge,
  barGauge,
  BILLED,
  colouredByName,
  limits,
  type Stat,
  stat,
  USD,
} from './common.ts';
import { CALLS, DASHBOARD_UIDS, dashboardOf, DECIDED, RUNS, traces } from './links.ts';
import { MISSING } from './missing.ts';
import { instant } from './targets.ts';

const MONTH = { window: '30d', scope: ATTRIBUTED };

export function monthlyBudget(q: Queries): Stat {
  const limit = q.recorded('costspan:budget_limit_usd', [
    ...chosen([TEAM]),
    CHOSEN_ENVIRONMENT_OR_ALL,
    [ATTR_COSTSPAN_BUDGET_PERIOD, '=', COSTSPAN_BUDGET_PERIOD_VALUE_MONTH],
  ]);
  return stat(
    'Budget of the month',
    'The limits of all monthly budgets of the chosen teams together.',
    'No monthly budget: name one in costspan.yaml.',
  )
    .unit(BILLED)
    .decimals(0)
    .withTarget(instant(`sum(${limit})`, 'budget'))
    .dataLinks([traces(q, DECIDED, [])]);
}

export function spendLastThirtyDays(q: Queries): Stat {
  const now = q.total('cost', [], MONTH);
  const before = q.totalBefore('cost', [], '30d', MONTH);
  return stat(
    'Against the month before',
    'Money of the last 30 days against the 30 days before: +100 % has doubled.',
    MISSING.history,
  )
    .unit('percentunit')
    .decimals(0)
    .withTarget(instant(`${ratio(now, before)} - 1`, 'change'))
    .dataLinks([traces(q, CALLS, [])]);
}

export function valueForMoney(q: Queries): Stat {
  // Workflows without a value would make the others look dear.
  const by = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
  const value = q.total('outcomeValue', by, { window: '30d' });
  const cost = `(${q.total('cost', by, MONTH)} and on (${q.labels(by)}) ${value})`;
  return stat(
    'Value for money',
    'What a dollar brought in the last 30 days, of the workflows whose outcomes have a value. Below 1 they cost more than they bring.',
    MISSING.values,
  )
    .unit(USD)
    .decimals(2)
    .thresholds(limits(1, 2, ['red', 'orange', 'green']))
    .withTarget(instant(`sum(${value}) / (sum(${cost}) > 0)`, 'value'))
    .dataLinks([traces(q, RUNS, [])]);
}

export function spendByTeam(q: Queries): BarGauge {
  const by = [ATTR_COSTSPAN_TEAM];
  return colouredByName(
    barGauge(
      'Spend by team, last 30 days',
      'The teams that spend most. "unassigned" is money that no team answers for.',
      MISSING.rules,
    ),
  )
    .unit(BILLED)
    .decimals(0)
    .withTarget(instant(`sort_desc(topk(10, ${q.spendOver('30d', by)}))`, q.legend(...by)))
    .dataLinks([
      traces(q, CALLS, by),
      dashboardOf(q, 'The board of this team', DASHBOARD_UIDS.owner, TEAM),
    ]);
}
