import { describe, expect, it } from 'vitest';
import { ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL } from '../../conventions/index.ts';
import { RUNS, traces } from '../../grafana/panels/links.ts';
import { Queries } from '../../grafana/queries/queries.ts';
import { ATTRIBUTED, TEAM } from '../../grafana/queries/scope.ts';
import { money, selecting, spansWhere } from '../../grafana/queries/traceql.ts';

/** The query that Explore opens with, its variables left as they are. */
function queryOf(url: string | undefined): string {
  const panes = JSON.parse(decodeURIComponent(/panes=(.*)$/.exec(url ?? '')?.[1] ?? '')) as Record<
    string,
    { readonly queries: readonly { readonly query: string }[] }
  >;
  return Object.values(panes)[0]?.queries[0]?.query ?? '';
}

describe('spansWhere', () => {
  it('finds spans without the attribute too while a variable is at "All"', () => {
    const query = spansWhere(['status = error'], [TEAM]);
    expect(query).toBe(
      '{ status = error && (.costspan.team =~ "${team:pipe}" || name =~ "${team:pipe}") }',
    );
    // At "All" the variable is .*, which every name matches.
    expect(query.replaceAll('${team:pipe}', '.*')).toContain('name =~ ".*"');
  });

  it('selects attributes as columns', () => {
    expect(selecting('{ }', [ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL])).toBe(
      '{ } | select(span.costspan.team, span.gen_ai.request.model)',
    );
  });
});

describe('money', () => {
  it('always has a decimal point', () => {
    expect([money(0), money(1), money(0.01)]).toEqual(['0.0', '1.0', '0.01']);
  });
});

describe('traces', () => {
  it('asks for the point’s own labels, and for the variables where it has none', () => {
    const { url, targetBlank } = traces(new Queries('otlp'), RUNS, [ATTR_COSTSPAN_TEAM]).build();
    const query = queryOf(url);
    expect(query).toContain('.costspan.team = "${__field.labels[\'costspan_team\']}"');
    expect(query).not.toContain('${team:pipe}');
    for (const { name } of ATTRIBUTED.filter((variable) => variable !== TEAM)) {
      expect(query).toContain(`\${${name}:pipe}`);
    }
    expect(url).toContain('${__from}');
    expect(targetBlank).toBe(true);
  });

  it('reads labels with dots, and the cells of a row', () => {
    const { url } = traces(new Queries('utf8'), RUNS, [ATTR_COSTSPAN_TEAM], 'row').build();
    expect(queryOf(url)).toContain("${__data.fields['costspan.team']}");
  });
});
