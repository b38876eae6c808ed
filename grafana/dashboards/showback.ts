import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as showbackPanels from '../panels/showback.ts';
import * as spend from '../panels/spend.ts';
import * as tokens from '../panels/tokens.ts';
import * as units from '../panels/unit-economics.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { dimensionVariable, scopeVariables } from './variables.ts';

export function showback(q: Queries): Dashboard {
  return buildDashboard({
    key: 'showback',
    description: 'Who spent what, what for, and what the month is heading for.',
    from: 'now-30d',
    variables: [...scopeVariables(q), dimensionVariable(q)],
    annotations: [],
    sections: [
      section(
        'This month',
        line(
          4,
          [6, spend.monthToDate(q)],
          [6, spend.monthForecast(q)],
          [6, showbackPanels.varianceToBudget(q)],
          [6, showbackPanels.shareOfAll(q)],
        ),
        line(9, [12, showbackPanels.monthByTeam(q)], [12, showbackPanels.teamMonths(q)]),
      ),
      section('The bill of the time range', line(11, [24, showbackPanels.bill(q)])),
      folded(
        'Spend day by day',
        line(
          9,
          [12, showbackPanels.dailySpendByTeam(q)],
          [12, showbackPanels.dailySpendByWorkflow(q)],
        ),
        line(
          9,
          [12, showbackPanels.dailySpendByModel(q)],
          [12, showbackPanels.dailySpendByDimension(q)],
        ),
      ),
      folded(
        'What it is worth',
        line(8, [12, units.costPerCall(q)], [12, units.costPerOutcome(q)]),
        line(8, [8, units.outcomes(q)], [8, units.successShare(q)], [8, units.valuePerDollar(q)]),
      ),
      folded(
        'Where it could go down',
        line(8, [12, units.weekOverWeek(q)], [12, units.modelTierMix(q)]),
        line(8, [12, tokens.cacheSaving(q)], [12, units.retryWaste(q)]),
      ),
    ],
  });
}
