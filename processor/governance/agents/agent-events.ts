import * as api from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_LIMIT,
  ATTR_COSTSPAN_AGENT_ALLOWED,
  ATTR_COSTSPAN_AGENT_REACHED,
  ATTR_COSTSPAN_RUN_ID,
  ATTR_GEN_AI_TOOL_NAME,
  EVENT_COSTSPAN_AGENT_ALERT,
  EVENT_COSTSPAN_AGENT_STOP,
} from '../../../conventions/index.ts';
import type { AttributionScope } from '../../engine/attribution/attribution-scope.ts';
import { eventAttributes } from '../../engine/attribution/event-attributes.ts';
import { METER_NAME } from '../../engine/metrics/metric-names.ts';
import { nudged } from '../../engine/metrics/money.ts';
import type { Exceeded } from './run-meter.ts';

/** `SeverityNumber.WARN`; the enum is missing from API 1.9. */
const WARN = 13;

/** Tells the log signal that a run was stopped, or is doing something unusual. */
export function emitAgentEvent(
  kind: 'stop' | 'alert',
  { limit, limitValue, value, tool }: Exceeded,
  runId: string,
  scope: AttributionScope,
  context: Context,
): void {
  // The logs API came with version 1.10 of the API; older ones lack the export.
  const { logs } = api as Partial<Pick<typeof api, 'logs'>>;
  if (logs === undefined) return;
  const attributes: Attributes = {
    ...eventAttributes(scope.values),
    [ATTR_COSTSPAN_LIMIT]: limit,
    [ATTR_COSTSPAN_AGENT_ALLOWED]: nudged(limitValue),
    [ATTR_COSTSPAN_AGENT_REACHED]: nudged(value),
    [ATTR_COSTSPAN_RUN_ID]: runId,
  };
  if (tool !== undefined) attributes[ATTR_GEN_AI_TOOL_NAME] = tool;
  logs.getLogger(METER_NAME).emit({
    eventName: kind === 'stop' ? EVENT_COSTSPAN_AGENT_STOP : EVENT_COSTSPAN_AGENT_ALERT,
    severityNumber: WARN,
    attributes,
    context,
  });
}
