import { endpointOf } from '../core/call/endpoint.ts';
import { guarded } from '../core/guard.ts';
import { asDictionary } from '../../providers/read.ts';
import { headerOf } from '../core/sdk-values.ts';
import { recordExchange } from '../core/answer/record-exchange.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { type Route, routeOf } from './shapes.ts';

type Fetch = typeof fetch;

/** Tasks of requests that are about to be sent, by the headers that the SDK has made for them. */
const prepared = new WeakMap<object, unknown>();

let awaitedRequests = 0;

/**
 * Watches the one request that is sent with `headers`. The SDK's functions hold each other in ES
 * modules, where nothing can be replaced, and a client's methods are its own and fixed; but all of
 * them call the global `fetch` right after the headers are made. So it is replaced from here until
 * that call, a few microtasks on, and for these headers only.
 */
export function watchRequest(headers: object, task: unknown): void {
  prepared.set(headers, task);
  awaitedRequests += 1;
  if (awaitedRequests > 1) return;
  const { fetch: original } = globalThis;
  const watched: Fetch = (input, init) => {
    const made = init?.headers;
    if (typeof made !== 'object' || !prepared.has(made)) return original(input, init);
    awaitedRequests -= 1;
    if (awaitedRequests === 0) restore();
    return watchedFetch(original)(input, init);
  };
  const restore = (): void => {
    awaitedRequests = 0;
    // Somebody may have put one of their own on top of it, which then passes everything on.
    if (globalThis.fetch === watched) globalThis.fetch = original;
  };
  globalThis.fetch = watched;
  // A caller's own `fetch` is called instead, or the request was refused before it was sent.
  setImmediate(restore);
}

/** `original`, recording what is a call of a model. */
export function watchedFetch(original: Fetch): Fetch {
  return (input, init) => {
    const send = guarded('call-start', () => sendOf(original, input, init), undefined);
    return send === undefined ? original(input, init) : send();
  };
}

function sendOf(
  original: Fetch,
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): (() => Promise<Response>) | undefined {
  const made = init?.headers;
  const task = typeof made === 'object' ? prepared.get(made) : undefined;
  if (typeof made === 'object') prepared.delete(made);
  if (typeof input !== 'string' || init?.method !== 'POST') return undefined;
  const { body: text } = init;
  const body: unknown = typeof text === 'string' ? JSON.parse(text) : {};
  const route = routeOf(input, task, body);
  if (route === undefined) return undefined;
  return () =>
    recordExchange<Response>({
      settings: { endpointOf: () => requestEndpoint(input) },
      shape: route.shape,
      client: undefined,
      body,
      signal: init.signal ?? undefined,
      send: (changed) =>
        original(input, changed === body ? init : { ...init, body: JSON.stringify(changed) }),
      refuse(denial) {
        throw denial;
      },
      outcomeOf: (response) => {
        noteServer(route, response);
        return { response };
      },
    });
}

/** The router says who answered, which is what the price depends on. */
function noteServer(route: Route, response: Response): void {
  route.served ??= headerOf(response, 'x-inference-provider');
}

function requestEndpoint(url: string): CallEndpoint {
  const endpoint = endpointOf(url);
  return { ...endpoint, provider: endpoint.provider ?? 'huggingface' };
}

/** Whether an object is a client of this SDK. Its methods are fixed; its default options are not. */
export function watchClient(client: object): boolean {
  const options = asDictionary(Reflect.get(client, 'defaultOptions'));
  if (options === undefined || !('chatCompletion' in client && 'accessToken' in client)) {
    return false;
  }
  const given = options['fetch'];
  if (typeof given === 'function' && watchedOnes.has(given)) return true;
  const watched = watchedFetch((input, init) =>
    typeof given === 'function' ? (given as Fetch)(input, init) : globalThis.fetch(input, init),
  );
  watchedOnes.add(watched);
  return Reflect.set(options, 'fetch', watched);
}

const watchedOnes = new WeakSet<object>();
