import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_BUDGET_THRESHOLD,
  COSTSPAN_BUDGET_DECISION_VALUE_ALLOW,
  COSTSPAN_BUDGET_DECISION_VALUE_BLOCK,
  COSTSPAN_BUDGET_DECISION_VALUE_OVERRIDE,
  METRIC_COSTSPAN_BUDGET_ALERTS,
  METRIC_COSTSPAN_BUDGET_DECISIONS,
  METRIC_COSTSPAN_BUDGET_HELD_USD,
} from '../../conventions/index.ts';
import { type Queries, ratio } from '../queries/queries.ts';
import { BUDGET, chosen } from '../queries/scope.ts';
import { ofStore } from './budgets.ts';
import { DECISION_COLOURS } from './colours.ts';
import {
  bars,
  colouredByMeaning,
  COUNT,
  limits,
  SHARE,
  type Stat,
  stat,
  type TimeSeries,
  timeSeries,
  USD,
} from './common.ts';
import { DECIDED, traces } from './links.ts';
import { hourly, instant, range } from './targets.ts';
import { MISSING } from './missing.ts';

const ID = [ATTR_COSTSPAN_BUDGET_ID];
const OWN = chosen([BUDGET]);

export function holds(q: Queries): TimeSeries {
  return timeSeries(
    'Held by calls in flight',
    'What is reserved for calls that have not ended, in all environments. A hold that never falls is a call that hangs, or a process that died: it expires by itself.',
    MISSING.store,
  )
    .unit(USD)
    .withTarget(range(ofStore(q, METRIC_COSTSPAN_BUDGET_HELD_USD), q.legend(...ID)))
    .dataLinks([traces(q, DECIDED, ID)]);
}

export function decisions(q: Queries): TimeSeries {
  const by = [...ID, ATTR_COSTSPAN_BUDGET_DECISION];
  const unusual = q.select(METRIC_COSTSPAN_BUDGET_DECISIONS, [
    ...OWN,
    [ATTR_COSTSPAN_BUDGET_DECISION, '!=', COSTSPAN_BUDGET_DECISION_VALUE_ALLOW],
  ]);
  return colouredByMeaning(
    bars(
      timeSeries(
        'Decisions other than allow',
        'Calls that a budget alerted on, throttled, downgraded, admitted by override or blocked, hour by hour, in all environments.',
        'No budget did anything but allow in this time range.',
      ),
    ),
    DECISION_COLOURS,
  )
    .unit(COUNT)
    .withTarget(hourly(q.increase(by, unusual, '1h', '-1h'), q.legend(...by)))
    .dataLinks([traces(q, DECIDED, by)]);
}

export function overrides(q: Queries): Stat {
  const admitted = q.select(METRIC_COSTSPAN_BUDGET_DECISIONS, [
    ...OWN,
    [ATTR_COSTSPAN_BUDGET_DECISION, '=', COSTSPAN_BUDGET_DECISION_VALUE_OVERRIDE],
  ]);
  return stat(
    'Overrides',
    'Calls of the time range that only an override let through, in all environments. `costspan budget audit` tells who granted it.',
    MISSING.decisions,
  )
    .unit(COUNT)
    .decimals(0)
    .thresholds(limits(1, 1000, ['text', 'orange', 'red']))
    .withTarget(instant(`${q.events([], admitted)} or vector(0)`, 'overrides'))
    .dataLinks([traces(q, DECIDED, [])]);
}

export function blockShare(q: Queries): Stat {
  const all = q.select(METRIC_COSTSPAN_BUDGET_DECISIONS, OWN);
  const blocked = q.select(METRIC_COSTSPAN_BUDGET_DECISIONS, [
    ...OWN,
    [ATTR_COSTSPAN_BUDGET_DECISION, '=', COSTSPAN_BUDGET_DECISION_VALUE_BLOCK],
  ]);
  return stat(
    'Blocked decisions',
    'Share of the decisions of the time range that refused a call, in all environments.',
    MISSING.decisions,
  )
    .unit(SHARE)
    .decimals(2)
    .thresholds(limits(0.001, 0.05, ['text', 'orange', 'red']))
    .withTarget(
      instant(ratio(`(${q.events([], blocked)} or vector(0))`, q.events([], all)), 'blocked'),
    )
    .dataLinks([traces(q, DECIDED, [])]);
}

export function budgetAlerts(q: Queries): TimeSeries {
  const by = [...ID, ATTR_COSTSPAN_BUDGET_THRESHOLD];
  const alerts = q.select(METRIC_COSTSPAN_BUDGET_ALERTS, OWN);
  return bars(
    timeSeries(
      'Thresholds passed',
      'Shares of a limit that a budget reached, hour by hour, in all environments: each once a period, as the process saw it that was first. 1 is the whole limit.',
      'No budget passed a threshold in this time range.',
    ),
  )
    .unit(COUNT)
    .withTarget(hourly(q.increase(by, alerts, '1h', '-1h'), q.legend(...by)))
    .dataLinks([traces(q, DECIDED, ID)]);
}
