import type {
  AnnotationQuery,
  Dashboard,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type {
  AnnotationQueryKind,
  Dashboard as NativeSpec,
  DataQueryKind,
  GridLayoutItemKind,
  PanelKind,
  RowsLayoutRowKind,
  VariableKind,
} from '@grafana/grafana-foundation-sdk/dashboardv2';

/** A dashboard as Grafana 13 keeps it: a resource with elements and a layout. */
export interface NativeDashboard {
  readonly apiVersion: 'dashboard.grafana.app/v2';
  readonly kind: 'Dashboard';
  readonly metadata: { readonly name: string };
  readonly spec: NativeSpec;
}

/**
 * A classic dashboard in Grafana 13's own schema, with the same uid, panels, ids and variables. It
 * works on the JSON alone, so that it needs nothing but the checked-in files.
 *
 * @see https://grafana.com/docs/grafana/latest/as-code/observability-as-code/schema-v2/
 */
export function nativeDashboard(classic: Dashboard): NativeDashboard {
  const rows = rowsOf(classic.panels ?? []);
  const spec = {
    annotations: (classic.annotations?.list ?? []).map(annotation),
    cursorSync: 'Crosshair',
    description: classic.description,
    editable: true,
    elements: Object.fromEntries(
      rows.flatMap(({ panels }) => panels.map((panel) => [elementName(panel), element(panel)])),
    ),
    layout: { kind: 'RowsLayout', spec: { rows: rows.map(layoutRow) } },
    links: (classic.links ?? []).map((link) => ({ ...link, tags: link.tags ?? [] })),
    preload: false,
    tags: classic.tags ?? [],
    timeSettings: {
      timezone: classic.timezone ?? 'browser',
      from: classic.time?.from ?? 'now-24h',
      to: classic.time?.to ?? 'now',
      autoRefresh: classic.refresh ?? '',
      autoRefreshIntervals: ['1m', '5m', '15m', '30m', '1h'],
      hideTimepicker: false,
      fiscalYearStartMonth: 0,
    },
    title: classic.title ?? '',
    variables: (classic.templating?.list ?? []).map(variable),
  };
  return plain({
    apiVersion: 'dashboard.grafana.app/v2',
    kind: 'Dashboard',
    metadata: { name: classic.uid ?? '' },
    spec: spec as unknown as NativeSpec,
  });
}

interface Row {
  readonly title: string;
  readonly collapsed: boolean;
  readonly panels: readonly Panel[];
}

/** Rows with the panels below them, whether a row is closed and holds them or not. */
function rowsOf(panels: readonly (Panel | RowPanel)[]): readonly Row[] {
  const rows: (Row & { panels: Panel[] })[] = [];
  for (const panel of panels) {
    if (isRow(panel)) {
      const { title = '', collapsed, panels: inside } = panel;
      rows.push({ title, collapsed, panels: [...inside] });
    } else {
      rows.at(-1)?.panels.push(panel);
    }
  }
  return rows;
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

function layoutRow({ title, collapsed, panels }: Row): RowsLayoutRowKind {
  const top = Math.min(...panels.map(({ gridPos }) => gridPos?.y ?? 0));
  const items: GridLayoutItemKind[] = panels.map((panel) => {
    const { x = 0, y = 0, w = 24, h = 8 } = panel.gridPos ?? {};
    const place = { x, y: y - top, width: w, height: h };
    const name = elementName(panel);
    return {
      kind: 'GridLayoutItem',
      spec: { ...place, element: { kind: 'ElementReference', name } },
    };
  });
  return {
    kind: 'RowsLayoutRow',
    spec: { title, collapse: collapsed, layout: { kind: 'GridLayout', spec: { items } } },
  };
}

function elementName({ id }: Panel): string {
  return `panel-${id}`;
}

function element(panel: Panel): PanelKind {
  const { id = 0, title = '', description, datasource, targets, transformations, type } = panel;
  return {
    kind: 'Panel',
    spec: {
      id,
      title,
      ...(description !== undefined && { description }),
      links: [],
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: ((targets ?? []) as readonly { refId?: string }[]).map(
            ({ refId = 'A', ...query }) => ({
              kind: 'PanelQuery',
              spec: { refId, hidden: false, query: dataQuery(datasource, query) },
            }),
          ),
          transformations: (transformations ?? []).map(({ id: group, options }) => ({
            kind: 'Transformation',
            group,
            spec: { options },
          })),
          queryOptions: {},
        },
      },
      vizConfig: {
        kind: 'VizConfig',
        group: type,
        version: '',
        spec: {
          options: panel.options ?? {},
          fieldConfig: (panel.fieldConfig ?? { defaults: {}, overrides: [] }) as never,
        },
      },
    },
  };
}

/** A query of a data source, which is named by its uid, a variable of the dashboard. */
function dataQuery(
  datasource: { readonly type?: string; readonly uid?: string } | undefined,
  spec: object,
): DataQueryKind {
  const { type = 'prometheus', uid } = datasource ?? {};
  return {
    kind: 'DataQuery',
    group: type,
    version: 'v0',
    ...(uid !== undefined && { datasource: { name: uid } }),
    spec,
  };
}

function annotation(query: AnnotationQuery): AnnotationQueryKind {
  const { name, enable, hide = false, iconColor, datasource, ...own } = query;
  return {
    kind: 'AnnotationQuery',
    spec: { name, enable, hide, iconColor, query: dataQuery(datasource, own) },
  };
}

/** How the classic schema numbers what the native one names. */
const REFRESH = ['never', 'onDashboardLoad', 'onTimeRangeChanged'] as const;
const SORT: readonly string[] = ['disabled', 'alphabeticalAsc'];

function variable(model: VariableModel): VariableKind {
  const { name, label, description, current, options = [], query = '' } = model;
  const common = {
    name,
    label: label ?? name,
    ...(description !== undefined && { description }),
    hide: 'dontHide',
    skipUrlSync: false,
    current: current ?? { text: '', value: '' },
  };
  const list = {
    multi: model.multi === true,
    includeAll: model.includeAll === true,
    ...(model.allValue !== undefined && { allValue: model.allValue }),
    allowCustomValue: true,
    options,
  };
  // The values of the SDK's enum, which is no part of what is installed.
  const type: string = model.type;
  return { kind: KINDS[type], spec: { ...common, ...own() } } as VariableKind;

  function own(): object {
    switch (type) {
      case 'query':
        return {
          ...list,
          refresh: REFRESH[model.refresh ?? 0] ?? 'never',
          sort: SORT[model.sort ?? 0] ?? 'disabled',
          regex: model.regex ?? '',
          definition: query,
          query: dataQuery(model.datasource, { query, refId: `Variable-${name}` }),
        };
      case 'datasource':
        return { ...list, refresh: 'onDashboardLoad', regex: '', pluginId: query };
      case 'custom':
        return { ...list, query };
      case 'textbox':
        return { query };
      default:
        throw new TypeError(`Variables of the kind ${type} have no native form here.`);
    }
  }
}

const KINDS: Readonly<Record<string, VariableKind['kind']>> = {
  query: 'QueryVariable',
  datasource: 'DatasourceVariable',
  custom: 'CustomVariable',
  textbox: 'TextVariable',
};

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
