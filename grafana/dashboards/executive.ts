import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as atAGlance from '../panels/at-a-glance.ts';
import * as budgetPanels from '../panels/budgets.ts';
import * as movers from '../panels/movers.ts';
import * as showbackPanels from '../panels/showback.ts';
import * as spend from '../panels/spend.ts';
import * as units from '../panels/unit-economics.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { budgetVariable, scopeVariables } from './variables.ts';

/** For whoever decides about money and knows no token: the first screen is enough. */
export function executive(q: Queries): Dashboard {
  return buildDashboard({
    key: 'executive',
    description: 'What AI costs this month, where it is heading, what it brings, and what moved.',
    from: 'now-30d',
    variables: [...scopeVariables(q), budgetVariable(q)],
    annotations: [],
    sections: [
      section(
        'This month',
        line(
          4,
          [4, spend.monthToDate(q)],
          [4, spend.monthForecast(q)],
          [4, atAGlance.monthlyBudget(q)],
          [4, showbackPanels.varianceToBudget(q)],
          [4, atAGlance.spendLastThirtyDays(q)],
          [4, atAGlance.valueForMoney(q)],
        ),
        line(9, [16, showbackPanels.dailySpendByTeam(q)], [8, atAGlance.spendByTeam(q)]),
        line(9, [16, movers.biggestMovers(q)], [8, budgetPanels.budgetUse(q)]),
      ),
      folded(
        'What it is worth',
        line(
          8,
          [8, units.costPerOutcome(q)],
          [8, units.successShare(q)],
          [8, units.valuePerDollar(q)],
        ),
      ),
      folded(
        'The month by team',
        line(9, [12, showbackPanels.monthByTeam(q)], [12, showbackPanels.teamMonths(q)]),
      ),
    ],
  });
}
