import * as api from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_CALL_OUTCOME,
  ATTR_COSTSPAN_RUN_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_ID,
  EVENT_COSTSPAN_CALL,
} from '../../../conventions/index.ts';
import { eventAttributes } from '../../engine/attribution/event-attributes.ts';
import { METER_NAME } from '../../engine/metrics/metric-names.ts';
import type { LedgerRow } from './ledger-row.ts';
import type { Ledger } from './ledger.ts';

/** `SeverityNumber.INFO`; the enum is missing from API 1.9. */
const INFO = 9;

/**
 * A ledger of OpenTelemetry log events: the whole row as the body, what one searches by as
 * attributes. As complete as the way to where logs are kept; whether a row arrived is not known.
 */
export class EventLedger implements Ledger {
  append(row: LedgerRow): Promise<boolean> {
    // The logs API came with version 1.10 of the API; older ones lack the export.
    const { logs } = api as Partial<Pick<typeof api, 'logs'>>;
    const attributes: Attributes = {
      ...eventAttributes(row.attribution),
      [ATTR_COSTSPAN_CALL_OUTCOME]: row.outcome,
      [ATTR_GEN_AI_OPERATION_NAME]: row.operation,
      [ATTR_GEN_AI_PROVIDER_NAME]: row.provider,
    };
    if (row.requestModel !== undefined) attributes[ATTR_GEN_AI_REQUEST_MODEL] = row.requestModel;
    if (row.responseId !== undefined) attributes[ATTR_GEN_AI_RESPONSE_ID] = row.responseId;
    if (row.run !== undefined) attributes[ATTR_COSTSPAN_RUN_ID] = row.run;
    logs?.getLogger(METER_NAME).emit({
      eventName: EVENT_COSTSPAN_CALL,
      severityNumber: INFO,
      timestamp: new Date(row.endedMs),
      body: JSON.stringify(row),
      attributes,
    });
    return Promise.resolve(false);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
