import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertMarks } from '../panels/alerts.ts';
import * as countersChecked from '../panels/counters-checked.ts';
import * as latency from '../panels/latency.ts';
import * as singleCalls from '../panels/single-calls.ts';
import * as spend from '../panels/spend.ts';
import * as tokens from '../panels/tokens.ts';
import * as callTables from '../panels/call-tables.ts';
import * as traceMetrics from '../panels/trace-metrics.ts';
import * as traffic from '../panels/traffic.ts';
import * as trust from '../panels/trust.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { scopeVariables, TRACE_BOUNDS } from './variables.ts';

export function overview(q: Queries): Dashboard {
  return buildDashboard({
    key: 'overview',
    description: 'What the LLM calls cost, beside how well they work.',
    from: 'now-24h',
    variables: [...scopeVariables(q), TRACE_BOUNDS.cost, TRACE_BOUNDS.duration],
    annotations: [alertMarks(q)],
    sections: [
      section(
        'Now',
        line(
          4,
          [4, spend.spendLastDay(q)],
          [4, spend.monthToDate(q)],
          [4, spend.monthForecast(q)],
          [4, spend.fullestBudget(q)],
          [4, traffic.errorShare(q)],
          [4, tokens.cacheHitRate(q)],
        ),
      ),
      section(
        'Money',
        line(9, [12, spend.spendRateByTeam(q)], [12, traffic.costBesideErrors(q)]),
        line(
          8,
          [8, spend.topWorkflows(q)],
          [8, spend.topModels(q)],
          [8, spend.costPerThousandCalls(q)],
        ),
      ),
      folded(
        'Calls',
        line(
          9,
          [8, traffic.callRate(q)],
          [8, traffic.errorsByWorkflow(q)],
          [8, traffic.retriesByWorkflow(q)],
        ),
        line(8, [12, latency.latency(q)], [12, latency.latencyHeatmap(q)]),
        line(8, [12, latency.timeToFirstChunk(q)], [12, latency.timePerChunk(q)]),
        line(8, [12, latency.latencyFromSpans(q)], [12, singleCalls.otherOperations(q)]),
      ),
      folded(
        'Tokens',
        line(8, [12, tokens.tokenRate(q)], [12, spend.spendRateByClass(q)]),
        line(8, [12, tokens.cacheHitRateByModel(q)], [12, tokens.cacheSaving(q)]),
        line(
          8,
          [6, singleCalls.costOfCalls(q)],
          [6, singleCalls.inputTokensOfCalls(q)],
          [6, singleCalls.outputTokensOfCalls(q)],
          [6, singleCalls.operations(q)],
        ),
      ),
      folded(
        'Can these figures be trusted?',
        line(
          4,
          [4, trust.unpricedShare(q)],
          [4, trust.untaggedShare(q)],
          [4, trust.estimatedShare(q)],
          [4, trust.priceBookAge(q)],
          [4, trust.unmeteredRequests(q)],
          [4, trust.internalErrors(q)],
        ),
        line(
          7,
          [8, trust.unpricedModels(q)],
          [8, trust.unmeteredHosts(q)],
          [8, trust.internalErrorsByComponent(q)],
        ),
        line(6, [12, trust.partlyPricedModels(q)], [12, trust.backgroundResponses(q)]),
        line(
          7,
          [4, countersChecked.greatestGap(q)],
          [4, countersChecked.lostRows(q)],
          [16, countersChecked.storeAgainstEstimate(q)],
        ),
      ),
      folded(
        'Traces',
        line(9, [12, callTables.dearestCalls()], [12, callTables.slowestCalls()]),
        line(9, [12, callTables.failedCalls()], [12, callTables.untaggedCalls()]),
        line(8, [12, traceMetrics.failedMoney()], [12, traceMetrics.guessedPrices()]),
      ),
    ],
  });
}
