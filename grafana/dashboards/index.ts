import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Naming } from '../names.ts';
import type { Dialect } from '../queries/dialect.ts';
import { Queries } from '../queries/queries.ts';
import { agents } from './agents.ts';
import { budgets } from './budgets.ts';
import { executive } from './executive.ts';
import { overview } from './overview.ts';
import { owner } from './owner.ts';
import { showback } from './showback.ts';
import { traces } from './traces.ts';

/** The dashboards, for metrics that are named like this, on a server that speaks this dialect. */
export function buildDashboards(
  naming: Naming,
  dialect: Dialect = 'prometheus',
): readonly Dashboard[] {
  const q = new Queries(naming, dialect);
  return [executive(q), owner(q), overview(q), showback(q), agents(q), budgets(q), traces(q)];
}
