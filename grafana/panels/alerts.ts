import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
} from '../../conventions/index.ts';
import type { Matcher } from '../queries/promql.ts';
import type { Queries } from '../queries/queries.ts';
import { chosen, CHOSEN_ENVIRONMENT_OR_ALL, TEAM } from '../queries/scope.ts';
import { COUNT, legendAtRight, type Table, table, type TimeSeries, timeSeries } from './common.ts';
import { PROMETHEUS, range, rows } from './targets.ts';

/** Series that Prometheus keeps of its own alerts. */
const FIRING = 'ALERTS{alertname=~"Costspan.*", alertstate="firing"}';

/** The alerts of the chosen environments, and those that are about none. */
function firing(q: Queries, matchers: readonly Matcher[] = []): string {
  return q.selectSeries('ALERTS', [
    ['alertname', '=~', 'Costspan.*'],
    ['alertstate', '=', 'firing'],
    CHOSEN_ENVIRONMENT_OR_ALL,
    ...matchers,
  ]);
}

export function firingAlerts(q: Queries): Table {
  return alertTable(
    q,
    'Alerts firing now',
    'Alerts of Prometheus’ own rules, of the chosen environments or of none. Those that Grafana evaluates are under Alerting. Each has a page in the runbooks.',
    firing(q),
  );
}

/** Those with the label of a chosen team. */
export function alertsOfTeam(q: Queries): Table {
  return alertTable(
    q,
    'Alerts of mine',
    'Firing alerts of Prometheus’ own rules about the chosen teams, of the chosen environments or of none. Those that Grafana evaluates are under Alerting.',
    firing(q, chosen([TEAM])),
  );
}

function alertTable(q: Queries, title: string, description: string, alerts: string): Table {
  const columns: readonly (readonly [name: string, title: string])[] = [
    ['alertname', 'Alert'],
    ['severity', 'Severity'],
    [q.column(ATTR_COSTSPAN_TEAM), 'Team'],
    [q.column(ATTR_COSTSPAN_WORKFLOW), 'Workflow'],
    [q.column(ATTR_COSTSPAN_BUDGET_ID), 'Budget'],
    ['Value', 'Firing'],
  ];
  const labels = [
    'alertname',
    'severity',
    q.labels([ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_COSTSPAN_BUDGET_ID]),
  ];
  const panel = table(title, description, 'No alert is firing.');
  // The sentence is for the panel, not for an alert without a workflow or a budget.
  for (const [, column] of columns) panel.overrideByName(column, [{ id: 'noValue', value: '–' }]);
  return panel
    .unit(COUNT)
    .overrideByName('Alert', [{ id: 'custom.width', value: 240 }])
    .withTarget(rows('A', `count by (${labels.join(', ')}) (${alerts})`))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(columns.map(([name], index) => [name, index])),
        renameByName: Object.fromEntries(columns),
      },
    });
}

export function alertHistory(q: Queries): TimeSeries {
  return legendAtRight(
    timeSeries(
      'Alerts firing over time',
      'Number of firing alerts of Prometheus’ own rules, by name, of the chosen environments or of none.',
      'No alert fired in this time range.',
    ),
  )
    .unit(COUNT)
    .withTarget(range(`count by (alertname) (${firing(q)})`, '{{alertname}}'));
}

/** Marks on every graph where an alert began to fire. */
export function alertMarks(q: Queries): AnnotationQueryBuilder {
  const name = q.legend(ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW, ATTR_COSTSPAN_BUDGET_ID);
  return new AnnotationQueryBuilder()
    .name('Alerts')
    .datasource(PROMETHEUS)
    .enable(true)
    .iconColor('red')
    .expr(FIRING)
    .titleFormat('{{alertname}}')
    .textFormat(name)
    .step('60s');
}
