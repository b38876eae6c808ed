import { endpointOf } from '../core/call/endpoint.ts';
import { guarded } from '../core/guard.ts';
import { callOfJob, jobEnded } from '../core/job/jobs.ts';
import type { Method } from '../core/patch.ts';
import { recordPlainCall } from '../core/plain/record-plain-call.ts';
import type { CallSettings } from '../core/call/start-call.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { type Heard, PROVIDER, hearing, readAnswer, run, submit } from './shapes.ts';

function settingsFor(url: string): CallSettings {
  const endpoint = endpointOf(url);
  return { endpointOf: () => ({ ...endpoint, provider: endpoint.provider ?? PROVIDER }) };
}

/** Watches the function by which clients of any making send everything but uploads. */
export function watchDispatch(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const params = asDictionary(args[0]);
    const url = asString(params?.['targetUrl']);
    if (params === undefined || url === undefined || !URL.canParse(url)) {
      return original.apply(this, args);
    }
    const { hostname, pathname } = new URL(url);
    // Uploads and tokens have hosts of their own.
    if (!hostname.endsWith('fal.run')) return original.apply(this, args);
    const id = /\/requests\/([^/]+)\/?$/.exec(pathname)?.[1];
    const isGet = asString(params['method'])?.toUpperCase() === 'GET';
    if (id !== undefined && isGet) return fetchResult(original, this, params, args, id);
    // Asking how far it is, or for it to be given up.
    if (pathname.includes('/requests/')) return original.apply(this, args);
    const shape = hostname.startsWith('queue.') ? submit : run;
    return recordPlainCall(settingsFor(url), shape, undefined, original, this, args);
  };
}

/** Asks for the result of what this process has put into the queue. */
function fetchResult(
  original: Method,
  target: unknown,
  params: Dictionary,
  args: unknown[],
  id: string,
): unknown {
  if (callOfJob(PROVIDER, id) === undefined) return original.apply(target, args);
  const heard: Heard = { response: undefined };
  const asked = guarded('watch-response', () => hearing(params, heard), params);
  const answer = original.apply(target, [asked, ...args.slice(1)]) as Promise<unknown>;
  return answer.then(
    (value) => {
      jobEnded(PROVIDER, id, (record) => readAnswer(record, value, heard.response));
      return value;
    },
    (error: unknown) => {
      guarded('read-error', () => resultRefused(id, error, heard), undefined);
      throw error;
    },
  );
}

/** A request that failed is told of as the status of its result; 400 says that it still goes on. */
function resultRefused(id: string, error: unknown, heard: Heard): void {
  const status = asCount(asDictionary(error)?.['status']) ?? 0;
  if (status !== 422 && status < 500) return;
  jobEnded(PROVIDER, id, (record) => {
    readAnswer(record, undefined, heard.response);
    record.call.outcome = 'error';
    record.call.errorType = `${status}`;
  });
}
