import { endpointOf } from '../core/call/endpoint.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { recordExchange } from '../core/answer/record-exchange.ts';
import { guarded } from '../core/guard.ts';
import { callOfJob, jobEnded } from '../core/job/jobs.ts';
import { type Method, defineHidden } from '../core/patch.ts';
import { asSignal } from '../core/sdk-values.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import { PROVIDER, isFinal, prediction, readFinal, streamedPrediction } from './shapes.ts';
import { currentStream } from './streams.ts';

const MAKES =
  /^\/?(?:v1\/)?(?:(?:models|deployments)\/([^/]+\/[^/]+)\/)?(?:versions\/[^/]+\/)?(?:predictions|trainings)$/;
const FETCHES = /^\/?(?:v1\/)?(?:predictions|trainings)\/([^/]+)(?:\/cancel)?$/;

type Send = Promise<Response>;

/** Watches the method that sends every request of a client. */
export function watchRequests(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const send = guarded('call-start', () => sendOf(this, original, args), undefined);
    return send === undefined ? original.apply(this, args) : send();
  };
}

function sendOf(
  client: unknown,
  original: Method,
  [route, given]: readonly unknown[],
): (() => Send) | undefined {
  const path = route instanceof URL ? route.pathname : asString(route);
  const options = asDictionary(given);
  if (path === undefined || options === undefined) return undefined;
  const isPost = asString(options['method'])?.toUpperCase() === 'POST';
  const makes = isPost ? MAKES.exec(path) : null;
  if (makes !== null) return () => predict(client, original, route, options, makes[1]);
  const id = FETCHES.exec(path)?.[1];
  if (id === undefined || callOfJob(PROVIDER, id) === undefined) return undefined;
  return async () => {
    const response = (await original.call(client, route, given)) as Response;
    guarded('watch-response', () => readAlong(response, id), undefined);
    return response;
  };
}

function clientEndpoint(client: unknown): CallEndpoint {
  const endpoint = endpointOf(asDictionary(client)?.['baseUrl']);
  return { ...endpoint, provider: endpoint.provider ?? PROVIDER };
}

function predict(
  client: unknown,
  original: Method,
  route: unknown,
  options: Readonly<Record<string, unknown>>,
  model: string | undefined,
): Send {
  const body = options['data'];
  return recordExchange<Response>({
    settings: { endpointOf: clientEndpoint },
    shape: shapeFor(model),
    client,
    body,
    signal: asSignal(options['signal']),
    send: (changed) =>
      original.call(
        client,
        route,
        changed === body ? options : { ...options, data: changed },
      ) as Send,
    refuse(denial) {
      throw denial;
    },
    outcomeOf: (response) => ({ response }),
  });
}

/** The shape with the model of the path, and with the stream that waits for the prediction. */
function shapeFor(model: string | undefined): CallShape {
  const stream = currentStream();
  const base = stream === undefined ? prediction : streamedPrediction;
  return {
    ...base,
    ...(model !== undefined && { requestedModel: () => model }),
    readRequest(record, args, client) {
      base.readRequest(record, args, client);
      if (stream === undefined) return;
      record.call.stream = true;
      stream.record = record;
    },
  };
}

/** Sees what the SDK reads of a prediction that somebody waits for. */
function readAlong(response: Response, id: string): void {
  const { json } = response;
  defineHidden(response, 'json', async () => {
    const body = (await json.call(response)) as unknown;
    guarded('read-body', () => sawPrediction(id, body), undefined);
    return body;
  });
}

function sawPrediction(id: string, body: unknown): void {
  if (isFinal(body)) jobEnded(PROVIDER, id, (record) => readFinal(record, body));
}
