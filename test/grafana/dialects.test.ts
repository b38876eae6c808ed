import { describe, expect, it } from 'vitest';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { NAMINGS } from '../../grafana/names.ts';
import { DASHBOARD_UIDS, panelId } from '../../grafana/panels/boards.ts';
import { DIALECTS, inDialect, SPELLINGS } from '../../grafana/queries/dialect.ts';
import { panelsOf } from '../../grafana/queries/list-queries.ts';
import { PromQL } from '../../grafana/queries/promql.ts';
import { alertGroup } from '../../grafana/rules/index.ts';

describe('inDialect', () => {
  it.each(DIALECTS.flatMap((dialect) => NAMINGS.map((naming) => [dialect, naming] as const)))(
    'makes the dashboards for %s with names by %s of those that are shipped',
    (dialect, naming) => {
      const shipped = JSON.stringify(buildDashboards(naming));
      const rewritten: unknown = JSON.parse(shipped, (_, value: unknown) =>
        typeof value === 'string' ? inDialect(dialect, value) : value,
      );
      expect(rewritten).toEqual(JSON.parse(JSON.stringify(buildDashboards(naming, dialect))));
    },
  );

  it('leaves no modifier for servers that have none', () => {
    const query = 'sum(increase(a{b="c"}[1h] anchored)) / sum(increase(a[7d] anchored offset 1d))';
    expect(inDialect('prometheus', query)).toBe(query);
    expect(inDialect('victoriametrics', query)).toBe(
      'sum(increase(a{b="c"}[1h])) / sum(increase(a[7d] offset 1d))',
    );
    expect(inDialect('prometheus-2', query)).toContain('a offset 8d');
    expect(inDialect('prometheus-2', query)).not.toContain('anchored');
  });
});

describe('the growth of a counter on Prometheus 2', () => {
  it('begins with the value before the window, whatever the units', () => {
    const { growth } = SPELLINGS['prometheus-2'];
    expect(growth('a', '1h', '30m')).toContain('a offset 90m');
    expect(growth('a', '7d', '7d')).toContain('a offset 14d');
    expect(growth('a', '$__range')).toContain('a offset $__range');
    expect(() => growth('a', '$__range', '1d')).toThrow(/cannot be added/);
  });
});

describe('every alert', () => {
  const boards = new Map(buildDashboards('otlp').map((board) => [board.uid ?? '', board]));
  const alerts = alertGroup(new PromQL('otlp')).rules;

  it.each(alerts.map((rule) => [rule.alert, rule] as const))('%s has its panel', (_, rule) => {
    const [board, title] = rule.panel;
    const dashboard = boards.get(DASHBOARD_UIDS[board]);
    expect(dashboard).toBeDefined();
    const found = dashboard && panelsOf(dashboard).find((panel) => panel.title === title);
    expect(found?.id, title).toBe(panelId(title));
    const variables = new Set((dashboard?.templating.list ?? []).map(({ name }) => name));
    for (const { name } of rule.scope ?? []) expect(variables).toContain(name);
  });
});
