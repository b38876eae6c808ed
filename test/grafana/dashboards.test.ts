import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Dashboard, VariableType } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { NAMINGS } from '../../grafana/names.ts';
import { DASHBOARD_UIDS, panelId, panelLink } from '../../grafana/panels/boards.ts';
import { panelsOf } from '../../grafana/queries/list-queries.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Panels about figures that no single trace explains. */
const UNLINKED: ReadonlySet<string | undefined> = new Set([
  'Age of the price book',
  'Alerts firing now',
  'Alerts firing over time',
  'Alerts of mine',
  'Counters against the ledger',
  'Counters against the store',
  'Failures of costspan',
  'Failures of costspan, by component',
  'Responses in the background, by what became of them',
  'Stopped runs',
  'Stopped runs by limit',
  'Store less estimate',
  'Unmetered requests',
  'Unusual runs',
  'Unmetered requests, by host',
]);

/** Units of the grid that a screen shows without scrolling, and the header of the next row. */
const FIRST_SCREEN = 32;

interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

function overlap(a: Position, b: Position): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Names of the variables that the dashboard refers to, Grafana's own left out. */
function usedVariables(dashboard: Dashboard): readonly string[] {
  const text = JSON.stringify(dashboard);
  const uses = text.matchAll(/\$\{(\w+)[^}]*\}|\$(\w+)/g);
  return [...new Set([...uses].map(([, braced, bare]) => braced ?? bare ?? ''))].filter(
    (name) => !name.startsWith('__'),
  );
}

/** Every address that something on the dashboard links to. */
function urlsOf(dashboard: Dashboard): readonly string[] {
  return [
    ...(dashboard.links ?? []),
    ...panelsOf(dashboard).flatMap(({ fieldConfig }) => fieldConfig?.defaults.links ?? []),
  ].map(({ url }) => url ?? '');
}

describe('the generated dashboards', () => {
  it('are what the code builds', () => {
    execFileSync(process.execPath, ['grafana/build.ts', '--check'], {
      cwd: ROOT,
      stdio: 'inherit',
    });
  });

  it('are the same files with the same uids under every naming', () => {
    for (const naming of NAMINGS) {
      const uids = buildDashboards(naming).map(({ uid }) => uid);
      expect(new Set(uids)).toEqual(new Set(Object.values(DASHBOARD_UIDS)));
      expect(new Set(uids).size).toBe(uids.length);
      for (const uid of uids) {
        const file = `${ROOT}grafana/generated/${naming}/dashboards/${uid}.json`;
        expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ uid, schemaVersion: 42 });
      }
    }
  });
});

const uids = buildDashboards('otlp').map(({ uid }) => uid ?? '');

describe.each(
  NAMINGS.flatMap((naming) =>
    buildDashboards(naming).map((d) => [naming, d.uid ?? '', d] as const),
  ),
)('%s %s', (_naming, uid, dashboard) => {
  const panels = panelsOf(dashboard);
  const all = dashboard.panels ?? [];

  it('numbers its panels by their titles, so that links to them stay', () => {
    const ids = [...all, ...panels].map(({ id }) => id);
    const distinct = new Set([...all.map(({ id }) => id), ...panels.map(({ id }) => id)]);
    expect(distinct.size).toBe(new Set([...all, ...panels]).size);
    expect(ids.every((id) => typeof id === 'number' && id > 0)).toBe(true);
    expect(panels.map(({ id }) => id)).toEqual(panels.map(({ title }) => panelId(title ?? '')));
  });

  it('fills the 24 columns of every line and lays no panel over another', () => {
    // Rows and open panels share the page; the panels of a closed row have it to themselves.
    const pages = [all, ...all.map((panel) => ('panels' in panel ? panel.panels : []))];
    for (const page of pages) {
      const positions = page.map(({ gridPos }) => gridPos as Position);
      for (const y of new Set(positions.map((position) => position.y))) {
        const line = positions.filter((position) => position.y === y);
        expect(line.reduce((sum, { w }) => sum + w, 0)).toBe(24);
      }
      const overlaps = positions.filter((a, index) =>
        positions.slice(index + 1).some((b) => overlap(a, b)),
      );
      expect(overlaps).toEqual([]);
    }
  });

  it('shows its first screen and closes the rows below it', () => {
    const firstRow = all.find((panel) => 'collapsed' in panel);
    const open = all.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0));
    expect(firstRow).toMatchObject({ collapsed: false });
    // A screen of 1080 lines shows about 26 of the 38 pixels that a unit takes.
    expect(Math.max(...open)).toBeLessThanOrEqual(FIRST_SCREEN);
  });

  it('gives every panel a title of its own, a description, a unit, a data source and words for no data', () => {
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    const bare = panels.filter(
      ({ title, description, datasource, fieldConfig }) =>
        !title ||
        !/^[A-Z].*[.?]$/s.test(description ?? '') ||
        !/^[A-Z].*\.$/.test(fieldConfig?.defaults.noValue ?? '') ||
        !fieldConfig?.defaults.unit ||
        !['${datasource}', '${tempo}'].includes(datasource?.uid ?? ''),
    );
    expect(bare.map(({ title }) => title)).toEqual([]);
  });

  it('asks something in every panel, under letters or names of their own', () => {
    for (const { title, targets = [] } of panels) {
      const refIds = targets.map((target) => (target as { refId?: string }).refId);
      expect(refIds.length, title).toBeGreaterThan(0);
      expect(new Set(refIds).size, title).toBe(refIds.length);
      expect(refIds, title).not.toContain(undefined);
    }
  });

  it('obeys the environment in every panel, or says that it is about all of them', () => {
    const deaf = panels
      .filter(({ datasource }) => datasource?.uid === '${datasource}')
      .filter(({ targets }) => !JSON.stringify(targets).includes('$environment'))
      .filter(({ description }) => !description?.includes('all environments'));
    expect(deaf.map(({ title }) => title)).toEqual([]);
    const lying = panels
      .filter(({ description }) => description?.includes('all environments'))
      .filter(({ targets }) => JSON.stringify(targets).includes('$environment'));
    expect(lying.map(({ title }) => title)).toEqual([]);
  });

  it('says in a table what is missing for all of it, and not in each empty cell', () => {
    for (const { title, type, fieldConfig, transformations } of panels) {
      if (type !== 'table') continue;
      const cells = (fieldConfig?.overrides ?? []).filter(({ properties }) =>
        properties.some(({ id, value }) => id === 'noValue' && value === '–'),
      );
      // The one table without columns of its own lists traces as Tempo hands them over.
      if ((transformations ?? []).length > 0) expect(cells.length, title).toBeGreaterThan(0);
    }
  });

  it('gives every series the colour of its name or of its meaning', () => {
    const graphs = panels.filter(({ type }) => type === 'timeseries');
    const modes = graphs.map(({ fieldConfig }) => fieldConfig?.defaults.color?.mode);
    expect(new Set(modes)).toEqual(new Set(['palette-classic-by-name']));
    // Wherever the word is a series of its own, it has its colour.
    const coloured = panels.flatMap(({ title, targets, fieldConfig }) => {
      const legends = JSON.stringify(targets).match(/"legendFormat":"[^"]*"/g) ?? [];
      const byOutcome = legends.some((legend) => /call[_.]outcome}}/.test(legend));
      return byOutcome ? [{ title, overrides: JSON.stringify(fieldConfig?.overrides) }] : [];
    });
    for (const { title, overrides } of coloured) {
      expect(overrides, title).toMatch(/error\$\/".{0,80}"red"/);
      expect(overrides, title).toMatch(/ok\$\/".{0,80}"green"/);
    }
  });

  it('stands bars on the day or the hour that they are about', () => {
    const barred = panels.filter(
      ({ fieldConfig }) =>
        (fieldConfig?.defaults.custom as { drawStyle?: string } | undefined)?.drawStyle === 'bars',
    );
    for (const { title, targets = [], fieldConfig } of barred) {
      expect(fieldConfig?.defaults.custom, title).toMatchObject({ barAlignment: 1 });
      for (const { expr, interval } of targets as readonly { expr?: string; interval?: string }[]) {
        // The window begins where the bar stands, so it lies after that.
        expect(expr, title).toMatch(/offset -(?:1h|24h)/);
        expect(interval, title).toBe(expr?.includes('offset -24h') ? '1d' : '1h');
      }
    }
  });

  it('asks every graph for steps of a minute or more, as metrics are exported once a minute', () => {
    const steps = panels
      .flatMap(({ targets = [] }) => targets as readonly { range?: boolean; interval?: string }[])
      .filter(({ range }) => range === true)
      .map(({ interval }) => interval);
    // Grafana's $__rate_interval is four times the least step that a query names.
    expect(steps.filter((step) => !/^(?:[1-9]\d*)(?:m|h|d)$/.test(step ?? ''))).toEqual([]);
  });

  it('defines every variable that it uses, and uses every one that it defines', () => {
    const defined = (dashboard.templating.list ?? []).map(({ name }) => name);
    expect(usedVariables(dashboard).toSorted()).toEqual(defined.toSorted());
  });

  it('shows legends, reduces to the last value, and lists annotations', () => {
    interface Options {
      readonly legend?: { readonly showLegend?: boolean };
      readonly reduceOptions?: { readonly calcs?: readonly string[] };
    }
    const options = (type: string): readonly Options[] =>
      panels.filter((panel) => panel.type === type).map((panel) => panel.options as Options);
    expect(options('timeseries').every(({ legend }) => legend?.showLegend === true)).toBe(true);
    const values = [...options('stat'), ...options('bargauge')];
    expect(values.every((one) => one.reduceOptions?.calcs?.[0] === 'lastNotNull')).toBe(true);
    expect(dashboard.annotations.list).toBeInstanceOf(Array);
  });

  it('has the variables of the scope, with all as .*', () => {
    const list = dashboard.templating.list ?? [];
    const scope = list.filter(({ name }) => name !== 'spans');
    expect(scope.slice(0, 7).map(({ name }) => name)).toEqual([
      'datasource',
      'tempo',
      'environment',
      'team',
      'workflow',
      'provider',
      'model',
    ]);
    const queries = list.filter(({ type }) => type === VariableType.Query);
    expect(
      queries.every(({ allValue, multi, includeAll }) => allValue === '.*' && multi && includeAll),
    ).toBe(true);
  });

  it('links to the other dashboards, and to none that does not exist', () => {
    const targets = urlsOf(dashboard).flatMap((url) => /^\/d\/([\w-]+)/.exec(url)?.[1] ?? []);
    expect(targets.filter((target) => !uids.includes(target))).toEqual([]);
    for (const other of uids.filter((candidate) => candidate !== uid)) {
      expect(targets).toContain(other);
    }
    expect(
      dashboard.links?.every((link) => !('placement' in link) && link.keepTime && link.includeVars),
    ).toBe(true);
  });

  it('leads from every graph of calls, runs and money to its traces', () => {
    const unlinked = panels.filter(
      ({ datasource, fieldConfig }) =>
        datasource?.uid === '${datasource}' &&
        !fieldConfig?.defaults.links?.some(({ url }) =>
          url?.startsWith(`/d/${DASHBOARD_UIDS.traces}?`),
        ),
    );
    const expected = panels.filter(({ title }) => UNLINKED.has(title));
    expect(unlinked.map(({ title }) => title)).toEqual(expected.map(({ title }) => title));
  });
});

describe('the variables for names with dots', () => {
  it('take the value out of a result as Grafana writes it', () => {
    const [dashboard] = buildDashboards('utf8');
    const team = dashboard?.templating.list?.find(({ name }) => name === 'team');
    const [, source = ''] = /^\/(.*)\/$/.exec(team?.regex ?? '') ?? [];
    const value = (text: string): string | undefined => new RegExp(source).exec(text)?.[1];
    expect(value('{costspan.team="search & rescue"} 1 1795660140000')).toBe('search & rescue');
    expect(value('{} 1 1795660140000')).toBeUndefined();
    expect(team?.query).toMatch(/^query_result\(group by \("costspan\.team"\)/);
  });
});

describe('panelLink', () => {
  it('leads to a panel that exists, whatever else its board holds', () => {
    const [overview] = buildDashboards('otlp');
    const [panel] = panelsOf(overview!);
    expect(panelLink('overview', panel?.title ?? '')).toBe(
      `/d/costspan-overview?viewPanel=${panel?.id}`,
    );
    expect(panelId('Spend, last 24 h')).not.toBe(panelId('Month to date'));
  });
});

describe('the choices of the trace tables', () => {
  it('offer money with a decimal point, and counts and durations as TraceQL reads them', () => {
    const lists = buildDashboards('otlp').flatMap(({ templating }) => templating.list ?? []);
    const values = (name: string): readonly string[] =>
      lists
        .filter((variable) => variable.name === name)
        .flatMap(({ options }) => options ?? [])
        .map(({ value }) => String(value));
    expect(values('min_cost').every((value) => /^\d+\.\d+$/.test(value))).toBe(true);
    expect(values('min_calls').every((value) => /^\d+$/.test(value))).toBe(true);
    expect(values('min_duration').every((value) => /^\d+(s|m)$/.test(value))).toBe(true);
    expect(values('min_cost').length).toBeGreaterThan(0);
  });
});
