import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { alertMarks } from '../panels/alerts.ts';
import * as agentsAndTools from '../panels/agents-and-tools.ts';
import * as runaways from '../panels/runaways.ts';
import * as runs from '../panels/runs.ts';
import * as runTables from '../panels/run-tables.ts';
import * as traceMetrics from '../panels/trace-metrics.ts';
import type { Queries } from '../queries/queries.ts';
import { buildDashboard, folded, line, section } from './layout.ts';
import { scopeVariables, TRACE_BOUNDS } from './variables.ts';

export function agents(q: Queries): Dashboard {
  return buildDashboard({
    key: 'agents',
    description: 'How deep agents loop, what a run costs, and which runs got away.',
    from: 'now-24h',
    variables: [...scopeVariables(q), TRACE_BOUNDS.cost, TRACE_BOUNDS.duration, TRACE_BOUNDS.calls],
    annotations: [alertMarks(q)],
    sections: [
      section(
        'Runs',
        line(
          4,
          [4, runs.runCount(q)],
          [4, runs.meanCallsPerRun(q)],
          [4, runs.worstCallsPerRun(q)],
          [4, runs.meanCostPerRun(q)],
          [4, runs.worstCostPerRun(q)],
          [4, runs.stoppedRuns(q)],
        ),
        line(9, [12, runs.callsPerRunHeatmap(q)], [12, runs.callsPerRun(q)]),
        line(9, [8, runs.costPerRun(q)], [8, runs.toolsPerRun(q)], [8, runs.tokensPerRun(q)]),
      ),
      folded(
        'Outliers',
        line(8, [24, runaways.runawayCandidates(q)]),
        line(
          9,
          [6, runs.runsPerHour(q)],
          [6, runaways.stopsByLimit(q)],
          [6, runaways.agentAlerts(q)],
          [6, runaways.blockedByWorkflow(q)],
        ),
      ),
      folded(
        'Agents and tools',
        line(
          8,
          [8, agentsAndTools.agentDuration(q)],
          [8, agentsAndTools.agentCalls(q)],
          [8, agentsAndTools.toolDuration(q)],
        ),
        line(
          8,
          [8, agentsAndTools.workflowDuration(q)],
          [8, agentsAndTools.toolsOfAgents(q)],
          [8, agentsAndTools.toolCalls(q)],
        ),
      ),
      folded(
        'Traces',
        line(9, [12, runTables.deepestRuns()], [12, runTables.dearestRuns()]),
        line(9, [12, runTables.slowestRuns()], [12, runTables.runawaysOfAnyLanguage()]),
        line(8, [12, traceMetrics.loopDepth()], [12, traceMetrics.failedMoney()]),
      ),
    ],
  });
}
