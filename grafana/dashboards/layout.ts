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
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DASHBOARD_UIDS } from '../panels/links.ts';

/** Columns of Grafana's grid. */
const COLUMNS = 24;
const TITLES: Readonly<Record<keyof typeof DASHBOARD_UIDS, string>> = {
  overview: 'LLM overview',
  showback: 'Team showback',
  agents: 'Agent runs',
  budgets: 'Budgets and drift',
};

/** Panels side by side, each with its width in columns; the widths sum to 24. */
interface Line {
  readonly height: number;
  readonly panels: readonly (readonly [width: number, panel: Builder<Panel>])[];
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface DashboardPlan {
  readonly key: keyof typeof DASHBOARD_UIDS;
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
  return { title, lines };
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
  for (const { title, lines } of plan.sections) {
    builder.withRow(new RowBuilder(title).gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
    y += 1;
    for (const { height, panels } of lines) {
      let x = 0;
      for (const [width, panel] of panels) {
        builder.withPanel(placed(panel, { x, y, w: width, h: height }));
        x += width;
      }
      if (x !== COLUMNS) {
        throw new Error(
          `A line of "${title}" in ${plan.key} is ${x} columns wide, not ${COLUMNS}.`,
        );
      }
      y += height;
    }
  }
  return finish(builder.build());
}

function placed(panel: Builder<Panel>, gridPos: NonNullable<Panel['gridPos']>): Builder<Panel> {
  return { build: () => ({ ...panel.build(), gridPos }) };
}

function linksToOthers(
  own: keyof typeof DASHBOARD_UIDS,
): Builder<ReturnType<DashboardLinkBuilder['build']>>[] {
  const keys = Object.keys(DASHBOARD_UIDS) as (keyof typeof DASHBOARD_UIDS)[];
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
 * shown in the bar instead of a menu; the rest becomes plain JSON.
 */
function finish(dashboard: Dashboard): Dashboard {
  const panels = (dashboard.panels ?? []).map((panel, index) => ({
    ...panel,
    id: index + 1,
    ...('targets' in panel && {
      targets: panel.targets?.map((target, position) => ({
        refId: String.fromCodePoint(65 + position),
        ...target,
      })),
    }),
  }));
  const links = dashboard.links?.map((link) => ({ ...link, placement: undefined }));
  return JSON.parse(JSON.stringify({ ...dashboard, id: null, panels, links })) as Dashboard;
}
