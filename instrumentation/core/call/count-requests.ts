import { subscribe } from 'node:diagnostics_channel';
import type { CallRecord } from './call-record.ts';
import { guarded } from '../guard.ts';
import { asDictionary } from '../../../providers/read.ts';
import { currentCall } from './record-call.ts';
import { isUnbilledStatus } from './refusal.ts';

let subscribed = false;
const calls = new WeakMap<object, CallRecord>();

/**
 * Counts the retries of SDKs that show them nowhere: every request of `fetch` that a call makes
 * beyond its first. Only records with a count of `requests` are looked at, so reading models or files
 * within a call must not go through this.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html and undici's own list of channels
 */
export function countRequests(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe('undici:request:create', (message) => {
    guarded('count-requests', () => requestCreated(message), undefined);
  });
  subscribe('undici:request:headers', (message) => {
    guarded('count-requests', () => headersCame(message), undefined);
  });
}

function requestCreated(message: unknown): void {
  const record = currentCall();
  if (record?.requests === undefined || record.ended) return;
  const request = asDictionary(asDictionary(message)?.['request']);
  if (request === undefined || request['method'] !== 'POST') return;
  // A client may ask for its token within the call.
  const { serverAddress } = record.call;
  if (serverAddress !== undefined && !String(request['origin']).includes(serverAddress)) return;
  calls.set(request, record);
  record.requests += 1;
  if (record.requests === 1) return;
  const { call } = record;
  call.retries += 1;
  if (!record.attemptUnbilled) call.billableAttempts += 1;
  record.attemptUnbilled = false;
}

function headersCame(message: unknown): void {
  const { request, response } = asDictionary(message) ?? {};
  const record = typeof request === 'object' && request !== null ? calls.get(request) : undefined;
  if (record === undefined) return;
  record.attemptUnbilled = isUnbilledStatus(asDictionary(response)?.['statusCode']);
}
