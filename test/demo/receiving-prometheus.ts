import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Dashboard, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { type ListedQuery, listQueries } from '../../grafana/queries/list-queries.ts';
import { Queries } from '../../grafana/queries/queries.ts';
import { hurried } from '../grafana/hurried.ts';
import { PrometheusServer } from '../grafana/prometheus-server.ts';
import { rulesOf } from '../grafana/promtool.ts';
import { repositoryRoot } from '../support/run-child.ts';

/** A Prometheus that takes OTLP, with the rules that the demo's budgets give. */
export function startReceivingPrometheus(
  prometheus: string,
  promtool: string,
): Promise<PrometheusServer> {
  const budgets = readFileSync(join(repositoryRoot, 'examples/demo/costspan.yaml'), 'utf8');
  const rules = rulesOf(budgets, 'otlp', 'prometheus').map(({ path, text }) => [
    path.replace('rules/', ''),
    hurried(text),
  ]);
  return PrometheusServer.start({
    prometheus,
    promtool,
    config: { otlp: { promote_resource_attributes: ['service.instance.id', 'service.name'] } },
    flags: ['--web.enable-otlp-receiver'],
    rules: Object.fromEntries(rules) as Record<string, string>,
  });
}

/** What the overview asks Prometheus when it is opened: not what its folded rows hold. */
export function firstScreen(): readonly ListedQuery[] {
  const overview = buildDashboards('otlp', 'prometheus').filter(
    ({ uid }) => uid === 'costspan-overview',
  );
  const open = overview.map((dashboard): Dashboard => ({
    ...dashboard,
    panels: (dashboard.panels ?? []).filter(
      (panel) => !(panel.type === 'row' && (panel as RowPanel).collapsed),
    ),
  }));
  return listQueries(open).filter(
    ({ language, place }) => language === 'promql' && place.startsWith('panel'),
  );
}

/** Of the money of a day, what is recorded by hours and what no hour holds yet. */
export const OF_THE_HOURS: string = new Queries('otlp', 'prometheus').total('cost', [], {
  window: '24h',
  scope: [],
});

/** The places of the queries that have no answer. */
export async function unanswered(
  prometheus: PrometheusServer,
  queries: readonly ListedQuery[],
): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const { place, text, instant } of queries) {
    const series = await prometheus.query(text, !instant);
    if (!series.some(({ value }) => Number.isFinite(value))) empty.push(place);
  }
  return empty;
}
