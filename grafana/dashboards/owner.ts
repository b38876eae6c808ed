import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertMarks, alertsOfTeam } from '../panels/alerts.ts';
import * as atAGlance from '../panels/at-a-glance.ts';
import * as budgetPanels from '../panels/budgets.ts';
import * as callTables from '../panels/call-tables.ts';
import * as movers from '../panels/movers.ts';
import * as showbackPanels from '../panels/showback.ts';
import * as spend from '../panels/spend.ts';
import * as traffic from '../panels/traffic.ts';
import * as units from '../panels/unit-economics.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { budgetVariable, scopeVariables, TRACE_BOUNDS } from './variables.ts';

/** For whoever answers for a team's workflows: choose the team above, and bookmark the page. */
export function owner(q: Queries): Dashboard {
  return buildDashboard({
    key: 'owner',
    description: 'What my team spends, on which workflows and models, for what, and what changed.',
    from: 'now-30d',
    variables: [...scopeVariables(q), budgetVariable(q), TRACE_BOUNDS.cost],
    annotations: [alertMarks(q)],
    sections: [
      section(
        'My spend',
        line(
          4,
          [4, spend.spendLastDay(q)],
          [4, spend.monthToDate(q)],
          [4, spend.monthForecast(q)],
          [4, showbackPanels.varianceToBudget(q)],
          [4, atAGlance.valueForMoney(q)],
          [4, traffic.errorShare(q)],
        ),
        line(
          9,
          [10, showbackPanels.dailySpendByWorkflow(q)],
          [7, budgetPanels.budgetUse(q)],
          [7, units.costPerOutcome(q)],
        ),
        line(9, [14, movers.whatChanged(q)], [10, alertsOfTeam(q)]),
      ),
      folded(
        'My workflows and models',
        line(9, [12, showbackPanels.dailySpendByModel(q)], [12, units.costPerCall(q)]),
        line(11, [24, showbackPanels.bill(q)]),
      ),
      folded(
        'What it is worth',
        line(8, [8, units.outcomes(q)], [8, units.successShare(q)], [8, units.valuePerDollar(q)]),
      ),
      folded(
        'My calls',
        line(8, [12, traffic.errorsByWorkflow(q)], [12, traffic.retriesByWorkflow(q)]),
        line(9, [12, callTables.dearestCalls()], [12, callTables.failedCalls()]),
      ),
    ],
  });
}
