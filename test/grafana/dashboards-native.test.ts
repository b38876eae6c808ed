import { describe, expect, it } from 'vitest';
import { dashboardConfigMap } from '../../grafana/dashboards/config-maps.ts';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { type NativeDashboard, nativeDashboard } from '../../grafana/dashboards/native.ts';
import { NAMINGS } from '../../grafana/names.ts';
import { panelsOf } from '../../grafana/queries/list-queries.ts';

interface Item {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly element: { readonly name: string };
}

function rowsOf({ spec }: NativeDashboard): readonly (readonly Item[])[] {
  const layout = spec.layout as unknown as {
    spec: { rows: { spec: { layout: { spec: { items: { spec: Item }[] } } } }[] };
  };
  return layout.spec.rows.map((row) => row.spec.layout.spec.items.map((item) => item.spec));
}

describe.each(
  NAMINGS.flatMap((naming) =>
    buildDashboards(naming).map((d) => [naming, d.uid ?? '', d] as const),
  ),
)('%s %s in the native schema', (_naming, uid, classic) => {
  const native = nativeDashboard(classic);
  const { spec } = native;

  it('is a resource with the uid as its name', () => {
    expect(native).toMatchObject({
      apiVersion: 'dashboard.grafana.app/v2',
      kind: 'Dashboard',
      metadata: { name: uid },
    });
    expect(spec.title).toBe(classic.title);
  });

  it('has each panel of the classic one, and lays each out once', () => {
    const ids = panelsOf(classic).map(({ id }) => `panel-${id}`);
    expect(Object.keys(spec.elements).toSorted()).toEqual(ids.toSorted());
    const placed = rowsOf(native).flatMap((items) => items.map(({ element }) => element.name));
    expect(placed.toSorted()).toEqual(ids.toSorted());
    for (const panel of panelsOf(classic)) {
      expect(spec.elements[`panel-${panel.id}`]).toMatchObject({
        kind: 'Panel',
        spec: { id: panel.id, title: panel.title, description: panel.description },
      });
    }
  });

  it('fills 24 columns and lays no panel over another', () => {
    for (const items of rowsOf(native)) {
      expect(Math.min(...items.map(({ y }) => y))).toBe(0);
      for (const y of new Set(items.map((item) => item.y))) {
        const line = items.filter((item) => item.y === y);
        expect(line.reduce((sum, { width }) => sum + width, 0)).toBe(24);
        expect(new Set(line.map(({ x }) => x)).size).toBe(line.length);
      }
    }
  });

  it('asks the same queries of the same data sources', () => {
    const queries = Object.values(spec.elements).flatMap((element) =>
      element.kind === 'Panel' ? element.spec.data.spec.queries : [],
    );
    const asked = queries.map(({ spec: { query } }) => [
      query.group,
      query.datasource?.name,
      (query.spec as { expr?: string; query?: string }).expr ??
        (query.spec as { query?: string }).query,
    ]);
    const classicQueries = panelsOf(classic).flatMap(({ datasource, targets = [] }) =>
      (targets as readonly { expr?: string; query?: string }[]).map(({ expr, query }) => [
        datasource?.type,
        datasource?.uid,
        expr ?? query,
      ]),
    );
    expect(new Set(asked.map(String))).toEqual(new Set(classicQueries.map(String)));
    expect(asked).toHaveLength(classicQueries.length);
    expect(queries.every(({ spec: { refId } }) => refId !== '')).toBe(true);
  });

  it('keeps units, words for no data, and variables', () => {
    const panels = Object.values(spec.elements).flatMap((element) =>
      element.kind === 'Panel' ? [element.spec] : [],
    );
    const defaults = panels.map(({ vizConfig }) => vizConfig.spec.fieldConfig.defaults);
    expect(defaults.filter(({ unit, noValue }) => !unit || !noValue)).toEqual([]);
    expect(spec.variables.map((variable) => variable.spec.name)).toEqual(
      classic.templating.list?.map(({ name }) => name),
    );
    expect(spec.variables.filter(({ kind }) => kind === undefined)).toEqual([]);
  });
});

describe('dashboardConfigMap', () => {
  it('carries the label of the sidecar, and less than a ConfigMap may hold', () => {
    for (const dashboard of buildDashboards('utf8')) {
      const map = dashboardConfigMap(dashboard.uid ?? '', dashboard);
      expect(map.metadata.labels).toEqual({ grafana_dashboard: '1' });
      const [text = ''] = Object.values(map.data);
      expect(JSON.parse(text)).toEqual(dashboard);
      expect(text.length).toBeLessThan(1_000_000);
    }
  });
});
