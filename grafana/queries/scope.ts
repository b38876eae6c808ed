import {
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import type { Matcher } from './promql.ts';

/** Grafana's window for `rate`, never shorter than four export intervals. */
export const RATE_INTERVAL = '$__rate_interval';

/** The whole time range of the dashboard. */
export const RANGE = '$__range';

/** A template variable and the attribute that it chooses among. */
export interface ScopeVariable {
  readonly name: string;
  readonly label: string;
  readonly attribute: string;
}

export const TEAM: ScopeVariable = { name: 'team', label: 'Team', attribute: ATTR_COSTSPAN_TEAM };
export const WORKFLOW: ScopeVariable = {
  name: 'workflow',
  label: 'Workflow',
  attribute: ATTR_COSTSPAN_WORKFLOW,
};
export const ENVIRONMENT: ScopeVariable = {
  name: 'environment',
  label: 'Environment',
  attribute: ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
};
export const PROVIDER: ScopeVariable = {
  name: 'provider',
  label: 'Provider',
  attribute: ATTR_GEN_AI_PROVIDER_NAME,
};
export const MODEL: ScopeVariable = {
  name: 'model',
  label: 'Model',
  attribute: ATTR_GEN_AI_REQUEST_MODEL,
};
export const BUDGET: ScopeVariable = {
  name: 'budget',
  label: 'Budget',
  attribute: ATTR_COSTSPAN_BUDGET_ID,
};

/** Series that carry the attribution dimensions. */
export const ATTRIBUTED: readonly ScopeVariable[] = [TEAM, WORKFLOW, ENVIRONMENT];

/** Series that carry the model as well. */
export const MODELLED: readonly ScopeVariable[] = [...ATTRIBUTED, PROVIDER, MODEL];

/** A regular expression of workflows that are left out: one-offs, such as a backfill. */
export const EXCLUDED = { name: 'exclude', label: 'Exclude workflows', nothing: '-' } as const;

/**
 * Keeps what the variables choose; "All" is `.*`, which keeps series without the label too. Where
 * workflows are chosen, the excluded ones are left out.
 */
export function chosen(variables: readonly ScopeVariable[]): readonly Matcher[] {
  const kept = variables.map(({ name, attribute }) => [attribute, '=~', `$${name}`] as const);
  return variables.includes(WORKFLOW)
    ? [...kept, [WORKFLOW.attribute, '!~', `$${EXCLUDED.name}`]]
    : kept;
}

/** Keeps series that are about all environments as well: a budget that counts one has its label. */
export const CHOSEN_ENVIRONMENT_OR_ALL: Matcher = [
  ENVIRONMENT.attribute,
  '=~',
  `|$${ENVIRONMENT.name}`,
];
