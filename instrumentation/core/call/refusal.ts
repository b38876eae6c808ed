import { asDictionary } from '../../../providers/read.ts';

/** Codes of connections that were never made, so that no request can have arrived. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Causes are nested a few deep: SDK error, `fetch failed`, the system's error. */
const MOST_CAUSES = 6;

/**
 * Whether a status says that the provider refused and billed nothing: 4xx, 429 included. Not 408
 * and 499, where it may have worked for a while.
 */
export function isUnbilledStatus(status: unknown): boolean {
  return (
    typeof status === 'number' && status >= 400 && status < 500 && status !== 408 && status !== 499
  );
}

/** Whether an error proves that nothing was billed: a refusal, or a connection never made. */
export function isUnbilledError(error: unknown): boolean {
  let current = asDictionary(error);
  for (let depth = 0; current !== undefined && depth < MOST_CAUSES; depth += 1) {
    if (NEVER_CONNECTED.has(current['code'])) return true;
    if (isUnbilledStatus(statusOf(current))) return true;
    current = asDictionary(current['cause']);
  }
  return false;
}

/** Where SDKs keep the HTTP status of a refusal. */
function statusOf(error: Readonly<Record<string, unknown>>): unknown {
  return (
    error['status'] ??
    error['statusCode'] ??
    asDictionary(error['$metadata'])?.['httpStatusCode'] ??
    asDictionary(error['response'])?.['status']
  );
}
