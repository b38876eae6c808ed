import { type Span, trace } from '@opentelemetry/api';
import type { CallObserver } from '../../../conventions/index.ts';

/** Hears nothing: an answer of a batch is started by nobody here, and cannot be stopped. */
export const NOBODY: CallObserver = {
  callStarted: (_, parent) => parent,
  admit: () => undefined,
  admitConnection: () => undefined,
  toolStarting: () => undefined,
  retrying: () => undefined,
  callEnded: () => undefined,
  batchAnswered: () => undefined,
  batchRead: () => undefined,
  outboundBaggage: () => undefined,
  internalError: () => undefined,
};

/** Where answers have no span of their own. */
export const NO_SPAN: Span = trace.wrapSpanContext({
  traceId: '0'.repeat(32),
  spanId: '0'.repeat(16),
  traceFlags: 0,
});
