import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_TOOL_TYPE,
  ATTR_GEN_AI_WORKFLOW_NAME,
  METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
  METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
  SPAN_STATUS_ERROR,
  type Attributes,
} from '../../conventions/index.ts';
import type { AttributionScope } from './attribution/attribution-scope.ts';
import type { LoopTracker } from './loops/loop-tracker.ts';
import { runAttributes } from './loops/run.ts';
import type { SpanNode } from './loops/span-node.ts';
import type { CallMetrics } from './metrics/call-metrics.ts';
import type { SpanLabels } from './metrics/span-labels.ts';
import { type EndedSpan, millis } from './normalise/foreign-call.ts';

/** What spans that hold calls show at their end: totals on themselves, durations as metrics. */
export class SpanReporter {
  readonly #loops: LoopTracker;
  readonly #metrics: CallMetrics;
  readonly #rootScope: () => AttributionScope;

  /** @param rootScope whose the work is that nothing is around. */
  constructor(loops: LoopTracker, metrics: CallMetrics, rootScope: () => AttributionScope) {
    this.#loops = loops;
    this.#metrics = metrics;
    this.#rootScope = rootScope;
  }

  /** The totals for the root of a run, and for a local root those of everything under it. */
  spanEnding(node: SpanNode): Attributes | undefined {
    const totals = node.localRoot === node ? node.totals : node.run?.totals;
    return totals === undefined ? undefined : runAttributes(totals, node.run?.id);
  }

  spanEnded(span: EndedSpan, traceId: string, node: SpanNode): void {
    this.#loops.spanEnded(node, traceId);
    if (node.kind === 'own' || node.kind === 'call' || node.kind === 'other') return;
    const scope = node.place?.scope ?? this.#rootScope();
    const seconds = (millis(span.endTime) - millis(span.startTime)) / 1000;
    if (node.kind === 'agent') {
      const { inferenceCalls = 0, toolCalls = 0 } = node.agent ?? {};
      const labels = labelsOf(span, [ATTR_GEN_AI_AGENT_NAME]);
      this.#metrics.agentEnded(scope, labels, seconds, inferenceCalls, toolCalls);
      return;
    }
    const [name, keys] =
      node.kind === 'workflow'
        ? ([METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION, [ATTR_GEN_AI_WORKFLOW_NAME]] as const)
        : ([METRIC_GEN_AI_EXECUTE_TOOL_DURATION, TOOL_LABELS] as const);
    this.#metrics.spanEnded(name, scope, labelsOf(span, keys), seconds);
  }
}

const TOOL_LABELS = [ATTR_GEN_AI_TOOL_NAME, ATTR_GEN_AI_TOOL_TYPE, ATTR_GEN_AI_AGENT_NAME];

function labelsOf({ attributes, status }: EndedSpan, keys: readonly string[]): SpanLabels {
  const names: (readonly [string, string])[] = [];
  for (const key of keys) {
    const value = attributes[key];
    if (typeof value === 'string') names.push([key, value]);
  }
  const errorType = attributes[ATTR_ERROR_TYPE];
  if (typeof errorType === 'string') return { names, errorType };
  return { names, errorType: status.code === SPAN_STATUS_ERROR ? '_OTHER' : undefined };
}
