import {
  DEFAULT_THRESHOLDS,
  type OneOffs,
  type Owner,
  type Thresholds,
} from '../../grafana/rules/index.ts';
import type {
  AlertsConfig,
  MatchConfig,
  ResolvedConfig,
} from '../../processor/governance/config/index.ts';

/** What a configuration says of alerts: where they begin, and whom they are for. */
export interface AlertsForRules {
  readonly thresholds: Thresholds;
  readonly oneOffs: OneOffs;
  readonly owners: readonly Owner[];
}

export function alertsForRules({
  alerts,
  budgets,
  workloads,
}: Pick<ResolvedConfig, 'alerts' | 'budgets' | 'workloads'>): AlertsForRules {
  const { oneOffs = {}, ...given } = alerts;
  return {
    thresholds: withDefaults(given),
    oneOffs: { workflows: oneOffs.workflows ?? [], requestTypes: oneOffs.requestTypes ?? [] },
    owners: [...workloads, ...budgets].flatMap(ownerOf).toSorted((a, b) => keys(b) - keys(a)),
  };
}

function withDefaults(given: Omit<AlertsConfig, 'oneOffs'>): Thresholds {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_THRESHOLDS, ...(Object.fromEntries(set) as Partial<Thresholds>) };
}

/** The owner of a team or a workflow; an entry by anything else says nothing of alerts. */
function ownerOf({
  owner,
  match = {},
}: {
  readonly owner?: string | undefined;
  readonly match?: MatchConfig | undefined;
}): Owner[] {
  const { team, workflow, ...others } = match;
  const isPlain = [team, workflow].every((value) => value === undefined || !value.includes('*'));
  const isByOthers = Object.values(others).some((value) => value !== undefined);
  if (owner === undefined || !isPlain || isByOthers) return [];
  return team === undefined && workflow === undefined ? [] : [{ owner, team, workflow }];
}

/** A workflow's own owner comes before that of its team. */
function keys({ team, workflow }: Owner): number {
  return (workflow === undefined ? 0 : 2) + (team === undefined ? 0 : 1);
}
