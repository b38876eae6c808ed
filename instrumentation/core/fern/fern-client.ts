import { endpointOf } from '../call/endpoint.ts';
import type { CallRecord } from '../call/call-record.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallEndpoint } from '../call/start-call.ts';
import type { PlainMethod } from '../plain/plain-sdk.ts';
import { asDictionary, asString } from '../../../providers/read.ts';

/**
 * The SDKs built by Fern (cohere, voyageai, elevenlabs, deepgram): clients keep what they were made
 * with in `_options`, and all their resources are made with the same. Newer versions have a second
 * method `__embed` behind each `embed`, which sends the request and gives data and response at once.
 */

/**
 * Where a client sends to: its `baseUrl` or its environment, which may be one address or several,
 * else `home`. One that only a function of the user's tells is not asked for.
 */
export function fernEndpoint(client: unknown, provider: string, home: string): CallEndpoint {
  const options = asDictionary(asDictionary(client)?.['_options']);
  const given = options?.['baseUrl'] ?? options?.['environment'] ?? home;
  const endpoint = endpointOf(asString(given) ?? asDictionary(given)?.['base']);
  return { ...endpoint, provider: endpoint.provider ?? provider };
}

type Place = Omit<PlainMethod, 'method' | 'shape' | 'inner'>;

/** Methods of one resource, by name. */
export function fernMethods(
  place: Place,
  table: Readonly<Record<string, CallShape>>,
): PlainMethod[] {
  return Object.entries(table).map(([method, shape]) => ({
    ...place,
    method,
    inner: `__${method}`,
    shape: answeringBoth(shape),
  }));
}

/** The same shape for an answer of data alone, and of data beside the response. */
function answeringBoth(shape: CallShape): CallShape {
  return {
    ...shape,
    readResponse(record, answer) {
      const both = asDictionary(answer);
      if (both === undefined || !('rawResponse' in both && 'data' in both)) {
        shape.readResponse(record, answer);
        return;
      }
      shape.readHeaders?.(record, both['rawResponse']);
      shape.readResponse(record, both['data']);
    },
  };
}

/** What every call says beside its body: how it may be ended, and that its attempts are counted. */
export function readFernOptions(record: CallRecord, args: readonly unknown[]): void {
  record.requests = 0;
  const signal = asDictionary(args.at(-1))?.['abortSignal'];
  if (signal instanceof AbortSignal) record.signal = signal;
}
