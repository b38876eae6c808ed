import {
  ATTR_COSTSPAN_MODEL_TIER,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS,
} from '../../conventions/index.ts';
import { type Queries, ratio, SENT } from '../queries/queries.ts';
import { ATTRIBUTED, WORKFLOW } from '../queries/scope.ts';
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
import { daily, hourly, instant } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];

/** Money of whole workflows: outcomes have no model, so the model's filter would falsify the ratio. */
function workflowCost(q: Queries, by: readonly string[]): string {
  return q.total('cost', by, { scope: ATTRIBUTED });
}

export function costPerCall(q: Queries): TimeSeries {
  return timeSeries(
    'Cost per call by workflow',
    'Money of each hour over the calls that were sent in it.',
    MISSING.rules,
  )
    .unit(USD)
    .withTarget(
      hourly(
        ratio(q.spendPerHour(BY_WORKFLOW), q.perHour('calls', BY_WORKFLOW, { matchers: [SENT] })),
        q.legend(...BY_WORKFLOW),
      ),
    )
    .dataLinks([traces(q, CALLS, BY_WORKFLOW)]);
}

export function costPerOutcome(q: Queries): BarGauge {
  const successes = q.total('outcomes', BY_WORKFLOW, {
    matchers: [[ATTR_COSTSPAN_OUTCOME_STATUS, '=', COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS]],
  });
  const cost = ratio(workflowCost(q, BY_WORKFLOW), successes);
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
    .withTarget(instant(`sort_desc(${q.total('outcomes', by)})`, q.legend(...by)))
    .dataLinks([traces(q, RUNS, [])]);
}

export function valuePerDollar(q: Queries): BarGauge {
  const value = q.total('outcomeValue', BY_WORKFLOW);
  const perDollar = ratio(value, workflowCost(q, BY_WORKFLOW));
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
  const week = (offset: string): string =>
    q.totalBefore('cost', BY_WORKFLOW, offset, { window: '7d' });
  return timeSeries(
    'Trend: week over week',
    'Money of seven days against the seven days before: +100 % has doubled.',
    MISSING.history,
  )
    .unit(SHARE)
    .withTarget(daily(`${ratio(week(''), week('7d'))} - 1`, q.legend(...BY_WORKFLOW)))
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
    .withTarget(hourly(q.spendPerHour([attribute]), q.legend(attribute)))
    .dataLinks([traces(q, CALLS, [attribute])]);
}

export function retryWaste(q: Queries): BarGauge {
  const sent = q.total('calls', BY_WORKFLOW, { matchers: [SENT] });
  const perCall = ratio(q.total('cost', BY_WORKFLOW), sent);
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
        `sort_desc(${q.total('retries', BY_WORKFLOW)} * ${perCall})`,
        q.legend(...BY_WORKFLOW),
      ),
    )
    .dataLinks([traces(q, RETRIED_CALLS, BY_WORKFLOW)]);
}

export function successShare(q: Queries): BarGauge {
  const by = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_COSTSPAN_OUTCOME_NAME];
  const all = q.total('outcomes', by);
  const successes = q.total('outcomes', by, {
    matchers: [[ATTR_COSTSPAN_OUTCOME_STATUS, '=', COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS]],
  });
  return barGauge(
    'Success rate of outcomes',
    'Share of the recorded outcomes that were a success. The quality that an application gives each outcome is on its event, in the logs, where no metric would average it away.',
    MISSING.outcomes,
  )
    .unit(SHARE)
    .decimals(1)
    .max(1)
    .thresholds(limits(0.5, 0.8, ['red', 'orange', 'green']))
    .withTarget(instant(`sort(${ratio(`(${successes} or 0 * ${all})`, all)})`, q.legend(...by)))
    .dataLinks([traces(q, RUNS, BY_WORKFLOW)]);
}
