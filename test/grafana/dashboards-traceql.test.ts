import { describe, expect, it } from 'vitest';
import { ATTR_COSTSPAN_TEAM, ATTR_GEN_AI_REQUEST_MODEL } from '../../conventions/index.ts';
import { TEAM } from '../../grafana/queries/scope.ts';
import { money, selecting, spansWhere } from '../../grafana/queries/traceql.ts';

describe('spansWhere', () => {
  it('finds spans without the attribute too while a variable is at "All"', () => {
    const query = spansWhere(['status = error'], [TEAM]);
    expect(query).toBe(
      '{ status = error && (.costspan.team =~ `${team:regex}` || name =~ `${team:regex}`) }',
    );
    // At "All" the variable is .*, which every name matches.
    expect(query.replaceAll('${team:regex}', '.*')).toContain('name =~ `.*`');
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
