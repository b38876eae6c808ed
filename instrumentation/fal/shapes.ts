import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { jobStarted } from '../core/job/jobs.ts';
import { asSignal, headerOf } from '../core/sdk-values.ts';
import { FAL_UNITS_HEADER, convertFalUsage } from '../../providers/usage/fal.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';

export const PROVIDER = 'fal';

/** What was answered last on a request, beside what the SDK makes of it. */
export interface Heard {
  response: unknown;
}

/** The parameters with a `fetch` that tells `heard` what is answered. */
export function hearing(params: Dictionary, heard: Heard): Dictionary {
  const config = asDictionary(params['config']);
  const fetch = config?.['fetch'];
  if (typeof fetch !== 'function') return params;
  const listening = async (...args: unknown[]): Promise<unknown> => {
    const response: unknown = await Reflect.apply(fetch, undefined, args);
    heard.response = response;
    return response;
  };
  return { ...params, config: { ...config, fetch: listening } };
}

/** `fal-ai/flux/dev` of `https://queue.fal.run/fal-ai/flux/dev`. */
export function modelAt(url: string): string | undefined {
  return asString(URL.canParse(url) ? new URL(url).pathname.replace(/^\/|\/$/g, '') : url);
}

/** The request as the one function that sends it is told of it. */
function paramsOf(args: readonly unknown[]): Dictionary {
  return asDictionary(args[0]) ?? {};
}

/** What an answer of a model came to. */
export function readAnswer(record: CallRecord, answer: unknown, response: unknown): void {
  const fields = asDictionary(answer);
  const data = fields !== undefined && 'requestId' in fields ? fields['data'] : answer;
  record.call.responseId ??= headerOf(response, 'x-fal-request-id');
  record.call.usage = convertFalUsage(headerOf(response, FAL_UNITS_HEADER), data);
}

const request: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => modelAt(asString(paramsOf(args)['targetUrl']) ?? ''),
  readRequest(record, args) {
    record.requests = 0;
    const signal = asSignal(asDictionary(paramsOf(args)['options'])?.['signal']);
    if (signal !== undefined) record.signal = signal;
  },
  sentFields: (args) => paramsOf(args)['input'],
  prepare(record, args) {
    const heard: Heard = { response: undefined };
    record.scratch = heard;
    return [hearing(paramsOf(args), heard), ...args.slice(1)];
  },
  readResponse: () => undefined,
};

function heardBy({ scratch }: CallRecord): unknown {
  return asDictionary(scratch)?.['response'];
}

/** A model that answers at once, or by a stream of events. */
export const run: CallShape = {
  ...request,
  readResponse: (record, answer) => readAnswer(record, answer, heardBy(record)),
  // Its events are the application's; what they cost is told before them.
  streamOf: () => undefined,
};

/** A request for the queue, which is answered by whoever asks for its result. */
export const submit: CallShape = {
  ...request,
  readResponse(record, answer) {
    const id = asString(asDictionary(answer)?.['request_id']);
    record.call.responseId = id;
    if (id !== undefined) jobStarted(record, id);
  },
};
