import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertHistory, alertMarks, firingAlerts } from '../panels/alerts.ts';
import * as budgetPanels from '../panels/budgets.ts';
import * as countersChecked from '../panels/counters-checked.ts';
import * as drift from '../panels/drift.ts';
import * as enforcement from '../panels/enforcement.ts';
import { blockedCalls } from '../panels/call-tables.ts';
import { priceBooks } from '../panels/trace-metrics.ts';
import * as trust from '../panels/trust.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { budgetVariable, scopeVariables } from './variables.ts';

export function budgets(q: Queries): Dashboard {
  return buildDashboard({
    key: 'budgets',
    description: 'How long the budgets last, what they decided, and what drifts away unseen.',
    from: 'now-7d',
    variables: [...scopeVariables(q), budgetVariable(q)],
    annotations: [alertMarks(q)],
    sections: [
      section(
        'Budgets',
        line(9, [6, budgetPanels.budgetUse(q)], [18, budgetPanels.budgetTable(q)]),
        line(9, [16, budgetPanels.burnDown(q)], [8, budgetPanels.timeToExhaustion(q)]),
        line(
          8,
          [8, budgetPanels.burnRate(q)],
          [8, countersChecked.storeAgainstEstimate(q)],
          [8, budgetPanels.tokenAndCallBudgets(q)],
        ),
      ),
      folded(
        'Enforcement',
        line(
          8,
          [4, enforcement.overrides(q)],
          [4, enforcement.blockShare(q)],
          [8, enforcement.decisions(q)],
          [8, enforcement.holds(q)],
        ),
        line(8, [8, enforcement.budgetAlerts(q)], [16, blockedCalls()]),
      ),
      folded(
        'Spikes and alerts',
        line(9, [24, drift.spendSpikes(q)]),
        line(8, [12, firingAlerts(q)], [12, alertHistory(q)]),
      ),
      folded(
        'Drift',
        line(9, [12, drift.escalationRate(q)], [12, drift.modelShare(q)]),
        line(9, [12, drift.cacheDrop(q)], [12, drift.costPerCallDrift(q)]),
        line(9, [12, drift.loopGrowth(q)], [12, drift.promptGrowth(q)]),
        line(9, [12, drift.unitPrices(q)], [12, priceBooks()]),
      ),
      folded(
        'Spend outside every budget',
        line(7, [12, trust.unpricedModels(q)], [12, trust.unmeteredHosts(q)]),
      ),
    ],
  });
}
