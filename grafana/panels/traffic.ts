import { AxisPlacement } from '@grafana/grafana-foundation-sdk/common';
import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  COSTSPAN_CALL_OUTCOME_VALUE_ERROR,
  METRIC_COSTSPAN_RETRIES,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { chosen, MODELLED } from '../queries/scope.ts';
import { OUTCOME_COLOURS } from './colours.ts';
import {
  colouredByMeaning,
  limits,
  PER_SECOND,
  SHARE,
  stacked,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
  withLimitLines,
} from './common.ts';
import { CALLS, FAILED_CALLS, RETRIED_CALLS, traces } from './links.ts';
import { instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

const BY_WORKFLOW = [ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW];
const FAILED = [ATTR_COSTSPAN_CALL_OUTCOME, '=', COSTSPAN_CALL_OUTCOME_VALUE_ERROR] as const;

/** A counter over the calls that were sent, by workflow, as the alerts look at it. */
function shareOfSent(q: Queries, counter: string): string {
  const sent = q.increase(BY_WORKFLOW, q.sentCalls(), '10m');
  return ratio(`(${q.increase(BY_WORKFLOW, counter, '10m')} or 0 * ${sent})`, sent);
}

export function errorShare(q: Queries): Stat {
  const failed = `(${q.increase([], q.calls([FAILED]))} or vector(0))`;
  return stat(
    'Error share',
    'Share of the calls that were sent and failed, in the time range. Calls that a budget blocked were not sent.',
    MISSING.calls,
  )
    .unit(SHARE)
    .decimals(2)
    .thresholds(limits(0.02, 0.1))
    .withTarget(instant(ratio(failed, q.increase([], q.sentCalls())), 'failed'))
    .dataLinks([traces(q, FAILED_CALLS, [])]);
}

export function costBesideErrors(q: Queries): TimeSeries {
  const failed = `(${q.perSecond([], q.calls([FAILED]))} or vector(0))`;
  return timeSeries(
    'Cost beside errors',
    'Money per hour on the left, failed calls on the right. Money that rises with errors is paid for nothing; money that falls with them is an outage.',
    MISSING.calls,
  )
    .unit(USD)
    .withTarget(range(`${q.perSecond([], q.cost())} * 3600`, 'spend per hour').refId('Spend'))
    .withTarget(
      range(ratio(failed, q.perSecond([], q.sentCalls())), 'failed calls').refId('Failed'),
    )
    .overrideByQuery('Failed', [
      { id: 'unit', value: SHARE },
      { id: 'custom.axisPlacement', value: AxisPlacement.Right },
      { id: 'custom.axisSoftMax', value: 0.1 },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    ])
    .dataLinks([traces(q, FAILED_CALLS, []), traces(q, CALLS, [])]);
}

export function callRate(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Calls by outcome',
    'Calls per second: ok, error, aborted by the caller, or blocked by a budget or limit before they were sent.',
    MISSING.calls,
  );
  return colouredByMeaning(stacked(panel), OUTCOME_COLOURS)
    .unit(PER_SECOND)
    .withTarget(
      range(
        q.perSecond([ATTR_COSTSPAN_CALL_OUTCOME], q.calls()),
        q.legend(ATTR_COSTSPAN_CALL_OUTCOME),
      ),
    )
    .dataLinks([traces(q, CALLS, [])]);
}

export function errorsByWorkflow(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Failed calls by workflow',
    'Share of the calls of ten minutes that failed. The alert begins at 10 %.',
    MISSING.calls,
  );
  return withLimitLines(panel, limits(0.05, 0.1, ['transparent', 'orange', 'red']))
    .unit(SHARE)
    .withTarget(range(shareOfSent(q, q.calls([FAILED])), q.legend(...BY_WORKFLOW)))
    .dataLinks([traces(q, FAILED_CALLS, BY_WORKFLOW)]);
}

export function retriesByWorkflow(q: Queries): TimeSeries {
  const panel = timeSeries(
    'Retries by workflow',
    'Automatic retries over the calls of ten minutes. The alert begins at 20 %.',
    MISSING.calls,
  );
  return withLimitLines(panel, limits(0.1, 0.2, ['transparent', 'orange', 'red']))
    .unit(SHARE)
    .withTarget(
      range(
        shareOfSent(q, q.select(METRIC_COSTSPAN_RETRIES, chosen(MODELLED))),
        q.legend(...BY_WORKFLOW),
      ),
    )
    .dataLinks([traces(q, RETRIED_CALLS, BY_WORKFLOW)]);
}
