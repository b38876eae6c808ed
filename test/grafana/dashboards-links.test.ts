import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_TOOL_NAME } from '../../conventions/index.ts';
import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { NAMINGS } from '../../grafana/names.ts';
import { DASHBOARD_UIDS } from '../../grafana/panels/boards.ts';
import {
  CALLS,
  dashboardOf,
  RUNS,
  SPAN_CHOICES,
  TOOLS,
  TRACED,
  traces,
  UNTAGGED_CALLS,
} from '../../grafana/panels/links.ts';
import { panelsOf } from '../../grafana/queries/list-queries.ts';
import { Queries } from '../../grafana/queries/queries.ts';
import { TEAM } from '../../grafana/queries/scope.ts';
import { ALL, interpolate, type Values } from './grafana-variables.ts';
import { parseTraceQL } from './parse-query.ts';

const q = new Queries('otlp');

/** A click: what Grafana opens, with the default format of addresses in data links. */
function open(url: string | undefined, values: Values): URL {
  return new URL(interpolate(url ?? '', values, 'uriencode'), 'http://grafana');
}

/** The query of the dashboard of traces as Grafana sends it once that address is open. */
function queryAt(address: URL): string {
  const board = buildDashboards('otlp').find(({ uid }) => uid === DASHBOARD_UIDS.traces);
  const [panel] = panelsOf(board!);
  const [target] = (panel?.targets ?? []) as unknown as readonly { query: string }[];
  const query = target?.query ?? '';
  const values = Object.fromEntries(
    ['spans', ...TRACED.map(({ name }) => name)].map((name) => {
      const chosen = address.searchParams.getAll(`var-${name}`);
      const all = chosen.length === 0 || chosen[0] === '$__all';
      return [name, all ? ALL : chosen];
    }),
  );
  return interpolate(query, values);
}

/** Whether TraceQL's `.attribute =~ …` of the query takes this value, whole. */
function takes(query: string, attribute: string, value: string): boolean {
  const source = new RegExp(`\\.${attribute.replaceAll('.', '\\.')} =~ \`([^\`]*)\``).exec(query);
  return new RegExp(`^(?:${source?.[1] ?? '$.'})$`, 's').test(value);
}

/** What the variables of the board with the point stand at. */
const AT_ALL: Values = {
  environment: ALL,
  team: ALL,
  workflow: ALL,
  provider: ALL,
  model: ALL,
  datasource: 'prometheus',
  tempo: 'tempo',
};

const AWKWARD = [
  'a&b',
  'a#b',
  'a+b',
  'a"b',
  String.raw`a\b`,
  'a|b',
  "a'b",
  'a b',
  'a%41',
  'a/b',
  '{a}',
  'ä€',
  'a$b',
  'a=b?c',
  '(x',
];

describe('a link to traces', () => {
  const { url, targetBlank } = traces(q, CALLS, [ATTR_COSTSPAN_TEAM]).build();
  const ofTeam = (team: string): URL =>
    open(url, { ...AT_ALL, "__field.labels['costspan_team']": team });

  it.each(AWKWARD)('finds the spans of a team named %s, and of no other', (team) => {
    const query = queryAt(ofTeam(team));
    expect(parseTraceQL(query).errors, query).toEqual([]);
    expect(takes(query, ATTR_COSTSPAN_TEAM, team)).toBe(true);
    expect(takes(query, ATTR_COSTSPAN_TEAM, `${team}x`)).toBe(false);
    expect(AWKWARD.filter((other) => takes(query, ATTR_COSTSPAN_TEAM, other))).toEqual([team]);
    expect(targetBlank).toBe(true);
  });

  it('finds the spans of any team whose name has no backtick', () => {
    // Attribution refuses control characters; a backtick would end TraceQL's string.
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 64 })
      // oxlint-disable-next-line no-control-regex
      .filter((name) => name !== ALL && !/[`\u0000-\u001F\u007F]/.test(name));
    fc.assert(
      fc.property(names, (team) => {
        const address = ofTeam(team);
        expect(address.searchParams.getAll('var-team')).toEqual([team]);
        const query = queryAt(address);
        expect(parseTraceQL(query).errors, query).toEqual([]);
        expect(takes(query, ATTR_COSTSPAN_TEAM, team)).toBe(true);
      }),
    );
  });

  it('asks for the kind of spans, and for what the variables choose where the point has no label', () => {
    const address = open(url, {
      ...AT_ALL,
      model: ['gpt-4.1', 'o3|x'],
      "__field.labels['costspan_team']": 'support',
    });
    const query = queryAt(address);
    expect(query).toContain(`{ ${CALLS.condition} && `);
    expect(takes(query, 'gen_ai.request.model', 'gpt-4.1')).toBe(true);
    expect(takes(query, 'gen_ai.request.model', 'o3|x')).toBe(true);
    expect(takes(query, 'gen_ai.request.model', 'gpt-451')).toBe(false);
    expect(takes(query, 'costspan.workflow', 'anything')).toBe(true);
    expect(address.pathname).toBe(`/d/${DASHBOARD_UIDS.traces}`);
    expect(address.searchParams.get('var-tempo')).toBe('tempo');
  });

  it('leaves variables alone that would contradict it', () => {
    const { url: untagged } = traces(q, UNTAGGED_CALLS, []).build();
    expect(untagged).not.toMatch(/var-team|\$\{team/);
    const { url: runs } = traces(q, RUNS, []).build();
    expect(runs).toContain('${team:queryparam}');
    expect(runs).not.toContain('model');
  });

  it('reads labels with dots, and the cells of a row', () => {
    const { url: row } = traces(new Queries('utf8'), TOOLS, [ATTR_GEN_AI_TOOL_NAME], 'row').build();
    expect(row).toContain("var-tool=${__data.fields['gen_ai.tool.name']:percentencode}");
  });

  it('chooses among what the dashboard of traces offers', () => {
    const board = buildDashboards('otlp').find(({ uid }) => uid === DASHBOARD_UIDS.traces);
    const spans = board?.templating.list?.find(({ name }) => name === 'spans');
    const offered = spans?.options?.map(({ value }) => value);
    expect(offered).toEqual(SPAN_CHOICES.map(({ condition }) => condition));
    // Grafana cuts the list of a choice at commas, and each of its parts at ` : `.
    expect(SPAN_CHOICES.filter(({ condition }) => /,| : |`/.test(condition))).toEqual([]);
    for (const { condition } of SPAN_CHOICES) {
      expect(parseTraceQL(`{ ${condition} }`).errors).toEqual([]);
    }
  });
});

describe('a link to another dashboard', () => {
  it('takes the label along as it is', () => {
    const { url } = dashboardOf(q, 'Overview', DASHBOARD_UIDS.overview, TEAM).build();
    for (const team of AWKWARD) {
      const address = open(url, { ...AT_ALL, "__field.labels['costspan_team']": team });
      expect(address.searchParams.getAll('var-team')).toEqual([team]);
    }
  });
});

describe.each(NAMINGS)('the links of the dashboards for %s', (naming) => {
  it('write every label in percent encoding', () => {
    const urls = buildDashboards(naming)
      .flatMap(panelsOf)
      .flatMap(({ fieldConfig }) => fieldConfig?.defaults.links ?? [])
      .map(({ url }) => url ?? '');
    const labels = urls.flatMap((url) => url.match(/\$\{__(?:field|data)[^}]*\}/g) ?? []);
    expect(labels.length).toBeGreaterThan(30);
    expect(labels.filter((label) => !label.endsWith(':percentencode}'))).toEqual([]);
    expect(urls.filter((url) => url.startsWith('/explore'))).toEqual([]);
  });
});
