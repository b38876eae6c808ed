import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_RETRIES,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { ATTRIBUTED, chosen, MODELLED, RANGE, TEAM, WORKFLOW } from '../queries/scope.ts';
import { STATUS_COLOURS, TIER_COLOURS } from './colours.ts';
import {
  type BarGauge,
  barGauge,
  colouredByMeaning,
  colouredByName,
  COUNT,
  limits,
  SHARE,
  shares,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { CALLS, DASHBOARD_UIDS, dashboardOf, RETRIED_CALLS, RUNS, traces } from './links.ts';
import { instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];

/** Money of whole workflows: outcomes have no model, so the model's filter would falsify the ratio. */
function workflowCost(q: Queries, by: readonly string[]): string {
  return q.increase(by, q.select(METRIC_COSTSPAN_COST_USD, chosen(ATTRIBUTED)));
}

export function costPerCall(q: Queries): TimeSeries {
  return timeSeries(
    'Cost per call by workflow',
    'Money of an hour over the calls that were sent in it, in all environments.',
    MISSING.rules,
  )
    .unit(USD)
    .withTarget(
      range(
        q.recorded('costspan:cost_per_call_usd:avg1h', chosen([TEAM, WORKFLOW])),
        q.legend(...BY_WORKFLOW),
      ),
    )
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function costPerOutcome(q: Queries): BarGauge {
  const successes = q.select(METRIC_COSTSPAN_OUTCOMES, [
    ...chosen(ATTRIBUTED),
    [ATTR_COSTSPAN_OUTCOME_STATUS, '=', COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS],
  ]);
  const cost = ratio(workflowCost(q, BY_WORKFLOW), q.increase(BY_WORKFLOW, successes));
  return colouredByName(
    barGauge(
      'Cost per successful outcome',
      'All the money of a workflow, failed runs included, over the successes that recordOutcome counted.',
      MISSING.outcomes,
    ),
  )
    .unit(USD)
    .withTarget(instant(`sort_desc(${cost})`, q.legend(...BY_WORKFLOW)))
    .dataLinks([
      traces(q, RUNS, BY_WORKFLOW),
      dashboardOf(q, 'Runs of this workflow', DASHBOARD_UIDS.agents, WORKFLOW),
    ]);
}

export function outcomes(q: Queries): BarGauge {
  const by = [ATTR_COSTSPAN_OUTCOME_NAME, ATTR_COSTSPAN_OUTCOME_STATUS];
  const recorded = q.select(METRIC_COSTSPAN_OUTCOMES, chosen(ATTRIBUTED));
  return colouredByMeaning(
    colouredByName(
      barGauge(
        'Outcomes',
        'What the runs came to, as recordOutcome counted it in the time range.',
        MISSING.outcomes,
      ),
    ),
    STATUS_COLOURS,
  )
    .unit(COUNT)
    .withTarget(instant(`sort_desc(${q.events(by, recorded)})`, q.legend(...by)))
    .dataLinks([traces(q, RUNS, [])]);
}

export function valuePerDollar(q: Queries): BarGauge {
  const value = q.select(METRIC_COSTSPAN_OUTCOME_VALUE_USD, chosen(ATTRIBUTED));
  const perDollar = ratio(q.increase(BY_WORKFLOW, value), workflowCost(q, BY_WORKFLOW));
  return barGauge(
    'Value per dollar spent',
    'Worth of the recorded outcomes over the money of their workflow. Below 1 a workflow costs more than it brings.',
    MISSING.values,
  )
    .unit(USD)
    .thresholds(limits(1, 2, ['red', 'orange', 'green']))
    .withTarget(instant(`sort_desc(${perDollar})`, q.legend(...BY_WORKFLOW)))
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}

export function weekOverWeek(q: Queries): TimeSeries {
  const before = q.increase(BY_WORKFLOW, q.cost(), '7d', '7d');
  return timeSeries(
    'Trend: week over week',
    'Money of seven days against the seven days before: +100 % has doubled.',
    MISSING.history,
  )
    .unit(SHARE)
    .withTarget(
      range(
        `${ratio(q.increase(BY_WORKFLOW, q.cost(), '7d'), before)} - 1`,
        q.legend(...BY_WORKFLOW),
      ).interval('6h'),
    )
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function modelTierMix(q: Queries): TimeSeries {
  return colouredByMeaning(
    spendShares(
      q,
      ATTR_COSTSPAN_MODEL_TIER,
      'Spend by model tier',
      'How the money divides among frontier, reasoning, mid and small models. Models without a known tier are the remainder.',
    ),
    TIER_COLOURS,
  );
}

/** How the money of each hour divides by an attribute. */
export function spendShares(
  q: Queries,
  attribute: string,
  title: string,
  description: string,
): TimeSeries {
  return shares(timeSeries(title, description, MISSING.calls))
    .unit(USD)
    .withTarget(range(q.increase([attribute], q.cost(), '1h'), q.legend(attribute)).interval('1h'))
    .dataLinks([traces(q, CALLS, [attribute])]);
}

export function retryWaste(q: Queries): BarGauge {
  const retries = q.select(METRIC_COSTSPAN_RETRIES, chosen(MODELLED));
  const perCall = ratio(q.increase(BY_WORKFLOW, q.cost()), q.increase(BY_WORKFLOW, q.sentCalls()));
  return colouredByName(
    barGauge(
      'Retry waste, at most',
      'Automatic retries times the mean cost of a call of the workflow: what they cost if providers bill every attempt in full. Most bill none for refused ones.',
      'No retries in this time range.',
    ),
  )
    .unit(USD)
    .withTarget(
      instant(
        `sort_desc(${q.increase(BY_WORKFLOW, retries, RANGE)} * ${perCall})`,
        q.legend(...BY_WORKFLOW),
      ),
    )
    .dataLinks([traces(q, RETRIED_CALLS, BY_WORKFLOW)]);
}
