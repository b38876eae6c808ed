import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type RowPanel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { type BoardKey, DASHBOARD_UIDS, panelId } from '../panels/boards.ts';

/** Columns of Grafana's grid. */
const COLUMNS = 24;
const TITLES: Readonly<Record<BoardKey, string>> = {
  executive: 'AI spend at a glance',
  owner: 'My team',
  overview: 'LLM overview',
  showback: 'Team showback',
  agents: 'Agent runs',
  budgets: 'Budgets and drift',
  traces: 'Traces behind a figure',
};

/** Panels side by side, each with its width in columns; the widths sum to 24. */
interface Line {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Builder<Panel>])[];
}

export interface Section {
  readonly title: string;
  /** Closed until somebody opens it; its panels ask nothing before. */
  readonly folded: boolean;
  readonly lines: readonly Line[];
}

export interface DashboardPlan {
  readonly key: BoardKey;
  readonly description: string;
  /** How far back the dashboard looks at first, such as `now-24h`. */
  readonly from: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly sections: readonly Section[];
}

export function line(height: number, ...panels: Line['panels']): Line {
  return { height, panels };
}

export function section(title: string, ...lines: readonly Line[]): Section {
  return { title, folded: false, lines };
}

/** A section below the first screen, which is opened when it is needed. */
export function folded(title: string, ...lines: readonly Line[]): Section {
  return { title, folded: true, lines };
}

/** Builds the dashboard as plain data. Throws when the widths of a line do not sum to 24. */
export function buildDashboard(plan: DashboardPlan): Dashboard {
  const builder = new DashboardBuilder(`Costspan / ${TITLES[plan.key]}`)
    .uid(DASHBOARD_UIDS[plan.key])
    .description(plan.description)
    .tags(['costspan', 'llm', 'finops'])
    .time({ from: plan.from, to: 'now' })
    .refresh('1m')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...plan.variables])
    .annotations([...plan.annotations])
    .links(linksToOthers(plan.key));
  let y = 0;
  for (const { title, folded: isFolded, lines } of plan.sections) {
    const row = new RowBuilder(title).gridPos({ x: 0, y, w: COLUMNS, h: 1 }).collapsed(isFolded);
    y += 1;
    // A closed row keeps its panels inside, where they stand once it is open, and takes no room.
    let inside = y;
    const panels: Builder<Panel>[] = [];
    for (const { height, panels: widths } of lines) {
      let x = 0;
      for (const [width, panel] of widths) {
        panels.push(placed(panel, { x, y: inside, w: width, h: height }));
        x += width;
      }
      if (x !== COLUMNS) {
        throw new Error(
          `A line of "${title}" in ${plan.key} is ${x} columns wide, not ${COLUMNS}.`,
        );
      }
      inside += height;
    }
    if (isFolded) {
      for (const panel of panels) row.withPanel(panel);
      builder.withRow(row);
    } else {
      builder.withRow(row);
      for (const panel of panels) builder.withPanel(panel);
      y = inside;
    }
  }
  return finish(builder.build());
}

function placed(panel: Builder<Panel>, gridPos: NonNullable<Panel['gridPos']>): Builder<Panel> {
  return { build: () => ({ ...panel.build(), gridPos }) };
}

function linksToOthers(own: BoardKey): Builder<ReturnType<DashboardLinkBuilder['build']>>[] {
  const keys = Object.keys(DASHBOARD_UIDS) as BoardKey[];
  return keys
    .filter((key) => key !== own)
    .map((key) =>
      new DashboardLinkBuilder(TITLES[key])
        .type(DashboardLinkType.Link)
        .url(`/d/${DASHBOARD_UIDS[key]}`)
        .icon('dashboard')
        .tooltip(`Open ${TITLES[key]} with the same variables and time`)
        .keepTime(true)
        .includeVars(true),
    );
}

/**
 * Mends what the SDK leaves to Grafana's importer: panels get ids and queries get letters; links are
 * shown in the bar instead of a menu; the rest becomes plain JSON. Throws when two panels would have
 * one id, which means one title.
 */
function finish(dashboard: Dashboard): Dashboard {
  const ids = new Set<number>();
  const numbered = <P extends { readonly title?: string }>(panel: P, key: string): P => {
    const id = panelId(key);
    if (ids.has(id)) throw new Error(`Two panels of ${dashboard.uid} share the id of "${key}".`);
    ids.add(id);
    return { ...panel, id };
  };
  const finished = (panel: Panel): Panel => ({
    ...numbered(panel, panel.title ?? ''),
    targets: (panel.targets ?? []).map((target, position) => ({
      refId: String.fromCodePoint(65 + position),
      ...target,
    })),
  });
  const panels = (dashboard.panels ?? []).map((panel) =>
    isRow(panel)
      ? { ...numbered(panel, `Row ${panel.title}`), panels: panel.panels.map(finished) }
      : finished(panel),
  );
  const links = dashboard.links?.map((link) => ({ ...link, placement: undefined }));
  return JSON.parse(JSON.stringify({ ...dashboard, id: null, panels, links })) as Dashboard;
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}
