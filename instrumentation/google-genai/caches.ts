import {
  type CacheBill,
  billOfKeptCache,
  billOfNewCache,
} from '../../providers/usage/gemini-cache.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { measureRequest } from '../core/call/request-size.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { parametersOf } from './request.ts';

function readCache(
  { call }: CallRecord,
  response: unknown,
  billOf: (cache: Dictionary) => CacheBill,
): void {
  const cache = asDictionary(response);
  if (cache === undefined) return;
  // `models/gemini-…`, or the path of a publisher's model in a project.
  call.responseModel = asString(cache['model'])?.replace(/^.*\//, '');
  const { usage, alsoBilled } = billOf(cache);
  call.usage = usage;
  call.alsoBilled = alsoBilled;
}

/** What the API keeps a cache for where nothing is said. */
const DEFAULT_HOURS = 1;

/** How long the cache is to live: `ttl` such as `3600s`, or an `expireTime`. */
function hoursAsked(args: readonly unknown[]): number {
  const config = asDictionary(parametersOf(args)['config']);
  const seconds = Number.parseFloat(asString(config?.['ttl']) ?? '');
  if (seconds >= 0) return seconds / 3_600;
  const until = Date.parse(asString(config?.['expireTime']) ?? '');
  return Number.isNaN(until) ? DEFAULT_HOURS : Math.max(0, until - Date.now()) / 3_600_000;
}

/** Text kept for later requests. It is read once by the model, and its keeping is paid by the hour. */
export const createCache: CallShape = {
  operation: 'create_cache',
  readRequest: () => undefined,
  requestSize(args) {
    const size = measureRequest(args[0]);
    return { ...size, mayUse: { cacheStorageHours: size.bytes * hoursAsked(args) } };
  },
  readResponse: (record, response) => readCache(record, response, billOfNewCache),
  requestText: (args) => {
    const config = asDictionary(parametersOf(args)['config']);
    return [config?.['contents'], config?.['systemInstruction'], config?.['tools']];
  },
};

/** A longer life for a cache, which is paid from where the old one ended. */
export const updateCache: CallShape = {
  operation: 'update_cache',
  requestedModel: () => undefined,
  readRequest: () => undefined,
  readResponse: (record, response) => readCache(record, response, billOfKeptCache),
};
