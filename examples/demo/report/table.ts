import { renderTable } from '../../../cli/render-table.ts';
import type { OtlpSink } from '../../../test/support/otlp-sink.ts';
import {
  type OutcomeFigures,
  outcomeFigures,
  totalOf,
  type WorkflowFigures,
  workflowFigures,
} from './figures.ts';
import { count, percent, usd } from './format.ts';
import { limitsTable } from './limits.ts';

const COLUMNS = [
  { title: 'team, workflow' },
  { title: 'calls', isNumber: true },
  { title: 'failed', isNumber: true },
  { title: 'cut off', isNumber: true },
  { title: 'retries', isNumber: true },
  { title: 'tokens', isNumber: true },
  { title: 'cache hits', isNumber: true },
  { title: 'unpriced', isNumber: true },
  { title: 'depth', isNumber: true },
  { title: 'USD', isNumber: true },
  { title: '' },
];

const OUTCOME_COLUMNS = [
  { title: 'outcome' },
  { title: 'of workflow' },
  { title: 'success', isNumber: true },
  { title: 'failure', isNumber: true },
  { title: 'value USD', isNumber: true },
  { title: 'USD a success', isNumber: true },
  { title: '' },
];

const WIDTH = 118;
const BAR_WIDTH = 20;

/** Cost by team and workflow, and what the work came to. Always the same width and columns. */
export function figuresTable(sink: OtlpSink): string {
  const rows = workflowFigures(sink);
  if (rows.length === 0) return 'Waiting for the first metrics ...\n';
  const total = totalOf(rows);
  const cells: string[][] = [];
  for (const team of new Set(rows.map((row) => row.team))) {
    const workflows = rows.filter((row) => row.team === team);
    cells.push(cellsOf(team, totalOf(workflows), total.costUsd));
    for (const row of workflows) cells.push(cellsOf(`  ${row.workflow}`, row, undefined));
  }
  cells.push(cellsOf('total', total, undefined));
  const outcomes = outcomeFigures(sink).map((outcome) => outcomeCells(outcome, rows));
  const tables = [
    renderTable(COLUMNS, cells, WIDTH),
    outcomes.length === 0 ? '' : renderTable(OUTCOME_COLUMNS, outcomes, WIDTH),
    limitsTable(sink),
  ];
  return tables.filter((table) => table !== '').join('\n');
}

/** `allUsd`: what the bar is a share of; none when absent. */
function cellsOf(name: string, row: WorkflowFigures, allUsd: number | undefined): string[] {
  const share = allUsd === undefined || allUsd === 0 ? 0 : row.costUsd / allUsd;
  return [
    name,
    count(row.calls),
    count(row.failed),
    count(row.aborted),
    count(row.retries),
    count(row.inputTokens + row.outputTokens),
    percent(row.cachedTokens, row.inputTokens),
    count(row.unpricedTokens),
    count(row.loopDepth),
    row.costUsd === 0 && row.unpricedTokens > 0 ? 'no price' : usd(row.costUsd),
    '█'.repeat(Math.round(BAR_WIDTH * share)),
  ];
}

function outcomeCells(outcome: OutcomeFigures, rows: readonly WorkflowFigures[]): string[] {
  const { workflow, team, name, byStatus, valueUsd } = outcome;
  const successes = byStatus.get('success') ?? 0;
  const spent = rows.find((row) => row.team === team && row.workflow === workflow)?.costUsd ?? 0;
  return [
    name,
    workflow,
    count(successes),
    count(byStatus.get('failure') ?? 0),
    valueUsd.toFixed(2),
    // Failed work is paid for by the work that came to something.
    successes === 0 ? '' : usd(spent / successes),
    '',
  ];
}
