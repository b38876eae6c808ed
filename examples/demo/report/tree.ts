import {
  ATTR_COSTSPAN_LOOP_DEPTH,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_SERVICE_NAME,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
} from '../../../conventions/index.ts';
import { renderTable } from '../../../cli/render-table.ts';
import type { SinkSpan } from '../../../test/support/otlp-sink.ts';
import { count, usd } from './format.ts';

const COLUMNS = [
  { title: 'span' },
  { title: 'service' },
  { title: 'ms', isNumber: true },
  { title: 'tokens', isNumber: true },
  { title: 'depth', isNumber: true },
  { title: 'USD', isNumber: true },
  { title: '' },
];

const WIDTH = 118;

/** The spans of the first whole agent run that crossed services. */
export function agentTrace(spans: readonly SinkSpan[]): SinkSpan[] {
  for (const root of spans) {
    if (root.parentSpanId !== undefined) continue;
    const trace = spans.filter(({ traceId }) => traceId === root.traceId);
    const services = new Set(trace.map(({ resource }) => resource[ATTR_SERVICE_NAME]));
    const hasAgent = trace.some(
      ({ attributes }) =>
        attributes[ATTR_GEN_AI_OPERATION_NAME] === GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
    );
    if (hasAgent && services.size > 1) return trace;
  }
  return [];
}

/**
 * One trace as a tree. A call shows what it cost; a span above calls, what they cost together, in
 * whatever service they were made.
 */
export function traceTree(trace: readonly SinkSpan[]): string {
  const rows: string[][] = [];
  /** Adds the rows of these spans and of all below; returns what they cost. */
  const walk = (spans: readonly SinkSpan[], indent: string, isRoot: boolean): number => {
    let costUsd = 0;
    const inOrder = spans.toSorted((a, b) => (a.startTimeUnixNano < b.startTimeUnixNano ? -1 : 1));
    for (const [index, span] of inOrder.entries()) {
      const isLast = index === inOrder.length - 1;
      const row = rowOf(span, isRoot ? '' : indent + (isLast ? '└─ ' : '├─ '));
      rows.push(row);
      const children = trace.filter(({ parentSpanId }) => parentSpanId === span.spanId);
      const own = Number(span.attributes[ATTR_GEN_AI_USAGE_COST_AMOUNT] ?? 0);
      const cost = own + walk(children, isRoot ? '' : indent + (isLast ? '   ' : '│  '), false);
      row.push(cost > 0 ? usd(cost) : '', '');
      costUsd += cost;
    }
    return costUsd;
  };
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const roots = trace.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''));
  walk(roots, '', true);
  return renderTable(COLUMNS, rows, WIDTH);
}

/** All cells but those of the cost. */
function rowOf(span: SinkSpan, branch: string): string[] {
  const { attributes, resource } = span;
  const isCall = attributes[ATTR_GEN_AI_RESPONSE_MODEL] !== undefined;
  const tokens =
    Number(attributes[ATTR_GEN_AI_USAGE_INPUT_TOKENS] ?? 0) +
    Number(attributes[ATTR_GEN_AI_USAGE_OUTPUT_TOKENS] ?? 0);
  const millis = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
  return [
    branch + labelOf(span),
    String(resource[ATTR_SERVICE_NAME]),
    millis.toFixed(0),
    isCall ? count(tokens) : '',
    count(Number(attributes[ATTR_COSTSPAN_LOOP_DEPTH] ?? 0)),
  ];
}

/** The name by the conventions; the SDKs' own spans have names of their own. */
function labelOf({ name, attributes }: SinkSpan): string {
  const operation = attributes[ATTR_GEN_AI_OPERATION_NAME];
  if (operation === GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL) {
    return `${operation} ${String(attributes[ATTR_GEN_AI_TOOL_NAME])}`;
  }
  return operation === GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT ? operation : name;
}
