import { ATTR_COSTSPAN_TEAM } from '../../conventions/index.ts';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import type { Dialect } from '../../grafana/queries/dialect.ts';
import { labelName, type Naming } from '../../grafana/names.ts';
import { listQueries } from '../../grafana/queries/list-queries.ts';
import type { Series } from '../grafana/prometheus-server.ts';

/** What a place where money is shown says of each team. */
export type Shown = ReadonlyMap<string, number>;

/** The spend of "The bill" on the showback board, over a range that ends at the time of the query. */
export function billQuery(naming: Naming, range: string, dialect?: Dialect): string {
  const query = listQueries(buildDashboards(naming, dialect), { __range: range }).find(
    ({ dashboard, place }) => dashboard === 'costspan-showback' && place === 'panel "The bill" A',
  );
  if (query === undefined) throw new Error('The showback board has no bill.');
  return query.text;
}

/** Adds up series by an attribute. */
export function by(attribute: string, series: readonly Series[]): Shown {
  const label = labelName('otlp', attribute);
  const shown = new Map<string, number>();
  for (const { metric, value } of series) {
    const key = metric[label] ?? '';
    shown.set(key, (shown.get(key) ?? 0) + value);
  }
  return shown;
}

export function byTeam(series: readonly Series[]): Shown {
  return by(ATTR_COSTSPAN_TEAM, series);
}

/** The teams whose money is off by more than half a percent, one sentence each. */
export function differences(truth: Shown, shown: Shown): readonly string[] {
  return [...truth]
    .map(([team, usd]) => ({ team, usd, seen: shown.get(team) ?? 0 }))
    .filter(({ usd, seen }) => Math.abs(seen / usd - 1) > 0.005)
    .map(
      ({ team, usd, seen }) =>
        `${team} was billed ${usd.toPrecision(6)} USD and is shown ${seen.toPrecision(6)}: ${((100 * seen) / usd).toFixed(1)} %`,
    );
}
