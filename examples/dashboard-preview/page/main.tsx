import { createTheme, type DataTransformerConfig, type FieldConfigSource } from '@grafana/data';
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { GlobalStyles, ThemeContext } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { prepareFrames } from './field-config.ts';
import { interpolate, rangeOf, variableValues } from './interpolate.ts';
import { type Content, PanelView } from './panel.tsx';
import { runTargets, type Target } from './query.ts';

/** What became of a panel: for whoever drives the browser. */
export interface PanelReport {
  readonly title: string;
  readonly state: 'shown' | 'empty' | 'not Prometheus' | 'failed';
  readonly detail?: string;
}

declare global {
  interface Window {
    previewReport?: readonly PanelReport[];
  }
}

/** Grafana's grid. */
const CELL_HEIGHT = 30;
const GUTTER = 8;

const theme = createTheme({ colors: { mode: 'dark' } });
const parameters = new URLSearchParams(location.search);

interface Shown {
  readonly panel: Panel;
  readonly title: string;
  readonly content: Content;
  readonly report: PanelReport;
}

async function show(): Promise<void> {
  const path = `/dashboards/${parameters.get('naming')}/${parameters.get('dashboard')}.json`;
  const dashboard = (await (await fetch(path)).json()) as Dashboard;
  const range = rangeOf(dashboard, Number(parameters.get('to') ?? Math.floor(Date.now() / 1000)));
  const values = variableValues(dashboard);
  const width = document.documentElement.clientWidth - 2 * GUTTER;
  const column = (width + GUTTER) / 24;

  const load = async (panel: Panel): Promise<Shown> => {
    const title = interpolate(panel.title ?? '', values);
    const done = (content: Content, state: PanelReport['state'], detail?: string): Shown => ({
      panel,
      title,
      content,
      report: { title, state, ...(detail !== undefined && { detail }) },
    });
    if (panel.datasource?.uid !== '${datasource}') {
      const query = (panel.targets?.[0] as { query?: string } | undefined)?.query ?? '';
      const text = `From traces, which the preview has not:\n\n${interpolate(query, values)}`;
      return done({ kind: 'note', text }, 'not Prometheus');
    }
    try {
      const targets = (panel.targets ?? []) as readonly unknown[] as readonly Target[];
      const pixels = (panel.gridPos?.w ?? 24) * column;
      const frames = await prepareFrames(
        await runTargets(targets, range, pixels, values),
        (panel.transformations ?? []) as DataTransformerConfig[],
        panel.fieldConfig as unknown as FieldConfigSource,
        panel.type === 'timeseries',
        theme,
      );
      const isEmpty = frames.every(({ length }) => length === 0);
      const none = panel.fieldConfig?.defaults.noValue ?? 'No data';
      return isEmpty
        ? done({ kind: 'note', text: none }, 'empty')
        : done({ kind: 'frames', frames }, 'shown');
    } catch (error) {
      return done({ kind: 'note', text: String(error) }, 'failed', String(error));
    }
  };

  const all = parameters.get('rows') === 'all' ? opened(dashboard) : (dashboard.panels ?? []);
  const shown = await Promise.all(
    all.filter((panel) => !isRow(panel)).map((panel) => load(panel as Panel)),
  );
  const height = Math.max(...all.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));

  createRoot(document.getElementById('dashboard')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div
        style={{
          position: 'relative',
          margin: GUTTER,
          height: height * (CELL_HEIGHT + GUTTER) + 32,
        }}
      >
        <h1 style={{ fontSize: 20, margin: 0 }}>
          {dashboard.title} <small style={{ opacity: 0.6 }}>preview, drawn without Grafana</small>
        </h1>
        {all.filter(isRow).map(({ title, gridPos }) => (
          <h2 key={title} style={{ ...place(gridPos, column), fontSize: 16, margin: 0 }}>
            {title}
          </h2>
        ))}
        {shown.map(({ panel, title, content }) => {
          const {
            width: panelWidth,
            height: panelHeight,
            ...position
          } = place(panel.gridPos, column);
          return (
            <div key={panel.id} style={position}>
              <PanelView
                panel={panel}
                title={title}
                content={content}
                range={range}
                width={panelWidth}
                height={panelHeight}
                theme={theme}
              />
            </div>
          );
        })}
      </div>
    </ThemeContext.Provider>,
  );
  // Two frames, so that every canvas is drawn.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      window.previewReport = shown.map(({ report }) => report);
    }),
  );
}

/** The panels with every row open, those below moved down. */
function opened(dashboard: Dashboard): readonly (Panel | RowPanel)[] {
  let added = 0;
  return (dashboard.panels ?? []).flatMap((panel) => {
    const down = (one: Panel, by: number): Panel => ({
      ...one,
      gridPos: { x: 0, w: 24, h: 1, ...one.gridPos, y: (one.gridPos?.y ?? 0) + by },
    });
    const moved = down(panel as Panel, added);
    if (!isRow(panel)) return [moved];
    const inside = panel.panels.map((one) => down(one, added));
    const top = (panel.gridPos?.y ?? 0) + 1;
    const bottoms = panel.panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0));
    added += Math.max(top, ...bottoms) - top;
    return [moved, ...inside];
  });
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}

function place(gridPos: Panel['gridPos'], column: number) {
  const { x = 0, y = 0, w = 24, h = 1 } = gridPos ?? {};
  return {
    position: 'absolute',
    left: x * column,
    top: y * (CELL_HEIGHT + GUTTER) + 32,
    width: w * column - GUTTER,
    height: h * (CELL_HEIGHT + GUTTER) - GUTTER,
  } as const;
}

await show();
