import {
  ATTR_COSTSPAN_BUDGET_DECISION,
  ATTR_COSTSPAN_BUDGET_ID,
  ATTR_COSTSPAN_WORKFLOW,
  ATTR_ERROR_TYPE,
  COSTSPAN_BUDGET_DECISION_VALUE_ALERT,
  COSTSPAN_BUDGET_DECISION_VALUE_OVERRIDE,
} from '../../../conventions/index.ts';
import { renderTable } from '../../../cli/render-table.ts';
import type { OtlpSink } from '../../../test/support/otlp-sink.ts';
import { count } from './format.ts';

/** What budgets, limits and pauses did to the calls of one workflow. */
interface LimitFigures {
  readonly workflow: string;
  budget: string;
  sent: number;
  alerted: number;
  overridden: number;
  /** Refused, by the class of the error. */
  readonly refused: Map<string, number>;
}

const REFUSALS: ReadonlySet<unknown> = new Set([
  'BudgetExceededError',
  'PausedError',
  'AgentLimitError',
]);

const COLUMNS = [
  { title: 'workflow with limits' },
  { title: 'budget' },
  { title: 'sent', isNumber: true },
  { title: 'alerted', isNumber: true },
  { title: 'by override', isNumber: true },
  { title: 'over budget', isNumber: true },
  { title: 'over limit', isNumber: true },
  { title: 'paused', isNumber: true },
  { title: '' },
];

const WIDTH = 118;

/** One row for each workflow that some limit is about; empty while there is none. */
export function limitsTable(sink: OtlpSink): string {
  const rows = limitFigures(sink);
  if (rows.length === 0) return '';
  const cells = rows.map(({ workflow, budget, sent, alerted, overridden, refused }) => [
    workflow,
    budget,
    count(sent),
    count(alerted),
    count(overridden),
    count(refused.get('BudgetExceededError') ?? 0),
    count(refused.get('AgentLimitError') ?? 0),
    count(refused.get('PausedError') ?? 0),
    '',
  ]);
  return renderTable(COLUMNS, cells, WIDTH);
}

function limitFigures(sink: OtlpSink): readonly LimitFigures[] {
  const rows = new Map<string, LimitFigures>();
  const limited = new Set<string>();
  for (const { attributes, scope, kind } of sink.spans) {
    if (scope.name !== 'costspan' || kind !== 'client') continue;
    const workflow = String(attributes[ATTR_COSTSPAN_WORKFLOW]);
    let row = rows.get(workflow);
    if (row === undefined) {
      row = { workflow, budget: '', sent: 0, alerted: 0, overridden: 0, refused: new Map() };
      rows.set(workflow, row);
    }
    const budget = attributes[ATTR_COSTSPAN_BUDGET_ID];
    const decision = attributes[ATTR_COSTSPAN_BUDGET_DECISION];
    const error = attributes[ATTR_ERROR_TYPE];
    if (typeof budget === 'string') row.budget = budget;
    if (decision === COSTSPAN_BUDGET_DECISION_VALUE_ALERT) row.alerted += 1;
    if (decision === COSTSPAN_BUDGET_DECISION_VALUE_OVERRIDE) row.overridden += 1;
    if (typeof error === 'string' && REFUSALS.has(error)) {
      row.refused.set(error, (row.refused.get(error) ?? 0) + 1);
      limited.add(workflow);
    } else {
      row.sent += 1;
    }
    if (budget !== undefined) limited.add(workflow);
  }
  return [...rows.values()]
    .filter(({ workflow }) => limited.has(workflow))
    .toSorted((a, b) => a.workflow.localeCompare(b.workflow));
}
