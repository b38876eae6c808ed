import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_COMPONENT,
  METRIC_COSTSPAN_BUDGET_SPENT_USD,
  METRIC_COSTSPAN_INTERNAL_ERRORS,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import {
  COUNT,
  limits,
  SHARE,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { MISSING } from './missing.ts';
import { instant, range } from './targets.ts';

/*
 * The same money is kept in three places: the counters behind these boards, the store that budgets
 * are enforced by, and the ledger. Where two of them part, one of them lost something.
 */

const ID = [ATTR_COSTSPAN_BUDGET_ID];
const ESTIMATE = 'costspan:budget_spent_usd:estimate';
const ELAPSED = 'costspan:budget_elapsed:ratio';

/**
 * One value a budget. The store begins a period at once and the estimate a moment later, so the
 * first ten minutes of a period, where less of it has passed than ten minutes ago, are left out.
 */
function storeLessEstimate(q: Queries): string {
  const by = q.labels(ID);
  const store = `max by (${by}) (${q.select(METRIC_COSTSPAN_BUDGET_SPENT_USD)})`;
  const isUnderWay = `${q.recorded(ELAPSED)} >= ${q.recorded(ELAPSED)} offset 10m`;
  return `${store} - on (${by}) max by (${by}) (${q.recorded(ESTIMATE)}) and on (${by}) (${isUnderWay})`;
}

export function storeAgainstEstimate(q: Queries): TimeSeries {
  return timeSeries(
    'Store less estimate',
    'Spend that the budgets’ store knows, less what the counters add up to, in all environments. A growing gap is a process whose metrics do not arrive, or whose budgets are not joined. The first ten minutes of a period are left out, as the two do not begin it together.',
    MISSING.store,
  )
    .unit(USD)
    .withTarget(range(storeLessEstimate(q), q.legend(...ID)));
}

export function greatestGap(q: Queries): Stat {
  const by = q.labels(ID);
  const store = `max by (${by}) (${q.select(METRIC_COSTSPAN_BUDGET_SPENT_USD)})`;
  return stat(
    'Counters against the store',
    'The greatest share of a budget’s spend by which its store and the counters differ, in all environments. Every budget is compared; money outside of budgets is not.',
    MISSING.store,
  )
    .unit(SHARE)
    .decimals(2)
    .thresholds(limits(0.01, 0.05))
    .withTarget(instant(`max(abs(${ratio(`(${storeLessEstimate(q)})`, store)}))`, 'gap'));
}

export function lostRows(q: Queries): Stat {
  const lost = q.select(METRIC_COSTSPAN_INTERNAL_ERRORS, [
    [ATTR_COSTSPAN_COMPONENT, '=', 'ledger'],
  ]);
  return stat(
    'Counters against the ledger',
    'Calls of the time range that the counters hold and a ledger lost, in all environments: each row that could not be written is counted. `costspan report` adds up what the ledger has.',
    'No process reports its failures.',
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(1, 100))
    .withTarget(instant(`${q.increase([], lost)} or vector(0)`, 'lost'));
}
