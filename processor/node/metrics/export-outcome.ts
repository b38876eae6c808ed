import type { ExportResult } from '../../../conventions/index.ts';
import type { ExportOutcome } from '../../engine/metrics/reader-timeline.ts';

/** `ExportResultCode.SUCCESS` of the SDK. */
const SUCCESS = 0;
/** Answers after which nothing of the request is kept, and codes of gRPC with that meaning. */
const HTTP_REFUSALS = [401, 402, 403, 404, 405, 407, 411, 413, 415, 421, 429, 501, 503];
const GRPC_REFUSALS = [5, 7, 8, 12, 16];
const REFUSALS: ReadonlySet<unknown> = new Set([...HTTP_REFUSALS, ...GRPC_REFUSALS]);
/** Bad request, unprocessable; of gRPC invalid argument, failed precondition, out of range. */
const REJECTIONS: ReadonlySet<unknown> = new Set([400, 409, 422, 3, 9, 11]);
/** Of connections that never stood. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPROTO|ERR_TLS|ERR_SSL|ERR_INVALID_URL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/** Judges the result of an exporter. `isSent`: it did not answer at once, so it tried. */
export function outcomeOf({ code, error }: ExportResult, isSent: boolean): ExportOutcome {
  if (code === SUCCESS) return 'delivered';
  if (!isSent) return 'refused';
  const reason = (error as { readonly code?: unknown } | null | undefined)?.code;
  if (REJECTIONS.has(reason)) return 'rejected';
  const isUnsent = REFUSALS.has(reason) || (typeof reason === 'string' && UNSENT.test(reason));
  return isUnsent ? 'refused' : 'unknown';
}
