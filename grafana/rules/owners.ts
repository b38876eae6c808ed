import { ATTR_COSTSPAN_TEAM, ATTR_COSTSPAN_WORKFLOW } from '../../conventions/index.ts';
import type { Naming } from '../names.ts';
import type { AlertRule } from './rule.ts';
import { labelPath } from './label-path.ts';

/** Who answers for the calls of a team or a workflow. */
export interface Owner {
  readonly owner: string;
  readonly team?: string | undefined;
  readonly workflow?: string | undefined;
}

/**
 * The label `owner` as a template of Go, which both systems read: that of the first entry that fits
 * the alert's team and workflow, else nothing, which is no label. Budgets bring theirs along.
 */
export function ownerLabel(
  { scope = [] }: AlertRule,
  owners: readonly Owner[],
  naming: Naming,
): Readonly<Record<string, string>> {
  const names = new Set(scope.map(({ attribute }) => attribute));
  const fitting = owners.filter(
    ({ team, workflow }) =>
      (team !== undefined || workflow !== undefined) &&
      (team === undefined || names.has(ATTR_COSTSPAN_TEAM)) &&
      (workflow === undefined || names.has(ATTR_COSTSPAN_WORKFLOW)),
  );
  if (fitting.length === 0) return {};
  const is = (attribute: string, value: string | undefined) =>
    value === undefined ? [] : [`(eq (${labelPath(attribute, naming)}) ${JSON.stringify(value)})`];
  const branches = fitting.map(({ owner, team, workflow }) => {
    const conditions = [...is(ATTR_COSTSPAN_TEAM, team), ...is(ATTR_COSTSPAN_WORKFLOW, workflow)];
    return `if and ${conditions.join(' ')} }}{{ ${JSON.stringify(owner)} }}`;
  });
  return { owner: `{{ ${branches.join('{{ else ')}{{ end }}` };
}
