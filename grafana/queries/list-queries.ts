import {
  type Dashboard,
  type Panel,
  type RowPanel,
  VariableType,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** One query of a dashboard, ready to be sent to Prometheus or Tempo. */
export interface ListedQuery {
  /** Uid of the dashboard. */
  readonly dashboard: string;
  /** `panel "…" A`, `variable team` or `annotation "…"`. */
  readonly place: string;
  readonly language: 'promql' | 'traceql';
  /** Every variable is substituted. */
  readonly text: string;
  /** Asked for one moment instead of a range. */
  readonly instant: boolean;
  /** The least step of a range, such as `1m`. */
  readonly interval?: string | undefined;
}

/** What the variables of Grafana and of the dashboards become, by name, where nothing else is said. */
const SUBSTITUTES: Readonly<Record<string, string>> = {
  __rate_interval: '4m',
  __range: '24h',
  __interval: '1m',
};

/** The fields of a target of either data source. */
interface Target {
  readonly refId?: string;
  readonly expr?: string;
  readonly query?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly interval?: string;
}

/**
 * Every query of every panel, variable and annotation of `dashboards`. Variables become what
 * `substitutes` says, those with a default of their own that default, all others `.*`, which is
 * "All". `label_values(…)` becomes the query for the series that it looks at.
 */
export function listQueries(
  dashboards: readonly Dashboard[],
  substitutes: Readonly<Record<string, string>> = {},
): readonly ListedQuery[] {
  return dashboards.flatMap((dashboard) => {
    const values = { ...SUBSTITUTES, ...defaultsOf(dashboard), ...substitutes };
    const uid = dashboard.uid ?? '';
    return [...variables(dashboard), ...annotations(dashboard), ...panels(dashboard)].map(
      (query) => ({ dashboard: uid, ...query, text: substitute(query.text, values) }),
    );
  });
}

type Found = Omit<ListedQuery, 'dashboard'>;

function panels(dashboard: Dashboard): readonly Found[] {
  return panelsOf(dashboard).flatMap(({ title, targets }) =>
    ((targets ?? []) as readonly Target[]).map((target) => ({
      place: `panel "${title}" ${target.refId}`,
      language: target.expr === undefined ? ('traceql' as const) : ('promql' as const),
      text: target.expr ?? target.query ?? '',
      instant: target.instant === true,
      interval: target.interval,
    })),
  );
}

/** The panels of a dashboard, those of its rows included. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

function variables(dashboard: Dashboard): readonly Found[] {
  return (dashboard.templating.list ?? []).flatMap(({ type, name, query }) => {
    if (type !== VariableType.Query || typeof query !== 'string') return [];
    const [, labelValues, label] = /^label_values\((.*),\s*([^,]+)\)$/.exec(query) ?? [];
    const [, queryResult] = /^query_result\((.*)\)$/.exec(query) ?? [];
    const text = queryResult ?? `group by (${label}) (${labelValues})`;
    return [{ place: `variable ${name}`, language: 'promql' as const, text, instant: true }];
  });
}

function annotations(dashboard: Dashboard): readonly Found[] {
  return (dashboard.annotations.list ?? []).flatMap(({ name, expr }) =>
    expr === undefined
      ? []
      : [
          {
            place: `annotation "${name}"`,
            language: 'promql' as const,
            text: expr,
            instant: false,
          },
        ],
  );
}

function defaultsOf(dashboard: Dashboard): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (dashboard.templating.list ?? []).flatMap(({ type, name, current }) =>
      (type === VariableType.Custom || type === VariableType.Textbox) &&
      typeof current?.value === 'string'
        ? [[name, current.value]]
        : [],
    ),
  );
}

function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return values[name] ?? '.*';
  });
}
