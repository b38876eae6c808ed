import type { CallOutcome, UsageSource } from '../../conventions/llm-call.ts';
import { sweepOpenCalls } from '../../instrumentation/core/open-calls.ts';
import type { ProviderServer } from '../support/provider-server.ts';
import type { Reply } from '../support/provider/reply.ts';
import type { ApiStream, ContractApi } from './api.ts';
import { type Outcome, drain, errorFacts, responseFacts } from './transcript.ts';

export interface ScenarioContext {
  readonly api: ContractApi;
  readonly client: unknown;
  readonly moduleExports: unknown;
  readonly server: ProviderServer;
}

/** What the one call of a scenario must come to. */
export interface ExpectedCall {
  readonly outcome: CallOutcome;
  readonly errorType?: string | RegExp;
  readonly usage?: UsageSource;
  readonly retries?: number;
}

export interface Scenario {
  readonly name: string;
  readonly replies: (api: ContractApi) => readonly Reply[];
  /** Returns everything that an application could see. */
  readonly run: (context: ScenarioContext) => Promise<unknown>;
  readonly expected: ExpectedCall | ((seen: Outcome) => ExpectedCall);
}

const whole = (api: ContractApi): readonly Reply[] => [api.whole];
const streamed = (api: ContractApi): readonly Reply[] => [streamOf(api)];
const SAME_ID = { 'x-request-id': 'req_fixed', 'request-id': 'req_fixed' };
const RETRY_NOW = { ...SAME_ID, 'retry-after-ms': '1' };

export function streamOf(api: ContractApi, more: Partial<Reply> = {}): Reply {
  return { sse: api.events, headers: SAME_ID, ...more };
}

function failure(status: number, headers: Record<string, string> = SAME_ID): Reply {
  const error = { type: 'some_error', message: 'no', code: 'some_code', param: null };
  return { status, headers, json: { type: 'error', error } };
}

async function open({ api, client }: ScenarioContext, signal?: AbortSignal): Promise<ApiStream> {
  const options = signal === undefined ? {} : { signal };
  return (await api.create(client, true, options)) as ApiStream;
}

const OK: ExpectedCall = { outcome: 'ok', usage: 'provider' };
const CUT: ExpectedCall = { outcome: 'aborted', usage: 'estimated' };

/** Some APIs fail on an odd answer, others pass it on; for us it is what the SDK makes of it. */
function asTheSdkTakesIt(seen: Outcome): ExpectedCall {
  return 'error' in seen
    ? { outcome: 'error', errorType: seen.error.className ?? '_OTHER', usage: 'estimated' }
    : { outcome: 'ok', usage: 'estimated' };
}

const WHOLE_ANSWERS: readonly Scenario[] = [
  {
    name: 'awaited',
    replies: whole,
    run: async ({ api, client }) => {
      const value = await api.create(client, false);
      return { value, requestId: Reflect.get(Object(value), '_request_id') };
    },
    expected: OK,
  },
  {
    name: 'awaited twice, and by then, catch and finally',
    replies: whole,
    run: async ({ api, client }) => {
      const promise = api.create(client, false);
      const first = await promise;
      let settled = 0;
      const last = await promise
        .catch(() => 'never')
        .finally(() => {
          settled += 1;
        });
      return { same: first === (await promise) && first === last, settled };
    },
    expected: OK,
  },
  {
    name: 'the promise itself',
    replies: whole,
    run: async ({ api, client }) => {
      const promise = api.create(client, false);
      const facts = {
        className: promise.constructor.name,
        isPromise: promise instanceof Promise,
        keys: Object.keys(promise),
        text: Object.prototype.toString.call(promise),
      };
      await promise;
      return facts;
    },
    expected: OK,
  },
  {
    name: 'withResponse',
    replies: whole,
    run: async ({ api, client }) => {
      const { data, response, ...more } = await api.create(client, false).withResponse();
      return { data, more, response: responseFacts(response), bodyUsed: response.bodyUsed };
    },
    expected: OK,
  },
  ...(['json', 'text'] as const).map((method) => ({
    name: `asResponse and ${method}`,
    replies: whole,
    run: async ({ api, client }: ScenarioContext) => {
      const response = await api.create(client, false).asResponse();
      const before = response.bodyUsed;
      const body: unknown = await response[method]();
      return { before, body, after: response.bodyUsed, facts: responseFacts(response) };
    },
    expected: OK,
  })),
  {
    name: 'asResponse and arrayBuffer',
    replies: whole,
    run: async ({ api, client }) => {
      const response = await api.create(client, false).asResponse();
      return Buffer.from(await response.arrayBuffer()).toString();
    },
    expected: { outcome: 'ok', usage: 'estimated' },
  },
  {
    name: 'asResponse and a clone, read twice',
    replies: whole,
    run: async ({ api, client }) => {
      const response = await api.create(client, false).asResponse();
      const copy = response.clone();
      return [await copy.text(), await response.text()];
    },
    expected: OK,
  },
  {
    name: '_thenUnwrap',
    replies: whole,
    run: async ({ api, client }) => {
      const derived = api.create(client, false)._thenUnwrap((data) => ({ wrapped: data }));
      const { data, response } = await derived.withResponse();
      return { data, className: derived.constructor.name, status: response.status };
    },
    expected: OK,
  },
  {
    name: '_thenUnwrap and asResponse',
    replies: whole,
    run: async ({ api, client }) => {
      const derived = api.create(client, false)._thenUnwrap((data) => ({ wrapped: data }));
      return (await derived.asResponse()).json();
    },
    expected: OK,
  },
];

const STREAMS: readonly Scenario[] = [
  {
    name: 'a stream read to its end',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const className = stream.constructor.name;
      return { className, ...(await drain(context.moduleExports, stream)) };
    },
    expected: OK,
  },
  {
    name: 'a stream by withResponse',
    replies: streamed,
    run: async ({ api, client, moduleExports }) => {
      const { data, response } = await api.create(client, true).withResponse();
      const facts = responseFacts(response);
      return { facts, ...(await drain(moduleExports, data as ApiStream)) };
    },
    expected: OK,
  },
  {
    name: 'a raw stream as text',
    replies: streamed,
    run: async ({ api, client }) => (await api.create(client, true).asResponse()).text(),
    expected: OK,
  },
  {
    name: 'a tee, both read',
    replies: streamed,
    run: async (context) => {
      const [left, right] = (await open(context)).tee();
      return [await drain(context.moduleExports, left), await drain(context.moduleExports, right)];
    },
    expected: OK,
  },
  {
    name: 'toReadableStream',
    replies: streamed,
    run: async (context) => new Response((await open(context)).toReadableStream()).text(),
    expected: OK,
  },
  {
    name: 'an early break',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const chunks: unknown[] = [];
      for await (const chunk of stream) {
        chunks.push(structuredClone(chunk));
        if (chunks.length === context.api.cutAfter) break;
      }
      return { chunks, aborted: stream.controller.signal.aborted };
    },
    expected: CUT,
  },
  {
    name: 'an error thrown by the reader',
    replies: streamed,
    run: async (context) => {
      let count = 0;
      for await (const chunk of await open(context)) {
        count += 1;
        if (count === context.api.cutAfter) throw new Error(`own ${typeof chunk}`);
      }
      return count;
    },
    expected: CUT,
  },
  {
    name: 'controller.abort in the middle',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const stream = await open(context);
      return drain(context.moduleExports, stream, (count) => {
        if (count === context.api.cutAfter) stream.controller.abort();
      });
    },
    expected: CUT,
  },
  {
    name: 'the signal aborted in the middle',
    replies: (api) => [streamOf(api, { hangAfter: api.hangAfter })],
    run: async (context) => {
      const controller = new AbortController();
      const stream = await open(context, controller.signal);
      return drain(context.moduleExports, stream, (count) => {
        if (count === context.api.cutAfter) controller.abort();
      });
    },
    expected: CUT,
  },
  {
    name: 'a stream iterated twice',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      const first = await drain(context.moduleExports, stream);
      return { first, second: await drain(context.moduleExports, stream) };
    },
    expected: OK,
  },
  {
    name: 'an iterator by hand: next, return, next',
    replies: streamed,
    run: async (context) => {
      const iterator = (await open(context))[Symbol.asyncIterator]();
      const results = [];
      for (let index = 0; index < context.api.cutAfter; index += 1)
        results.push(await iterator.next());
      results.push(await iterator.return?.('over'), await iterator.next());
      return structuredClone(results);
    },
    expected: CUT,
  },
  {
    name: 'an iterator by hand: several next at once, then throw',
    replies: streamed,
    run: async (context) => {
      const iterator = (await open(context))[Symbol.asyncIterator]();
      const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
      const thrown = await iterator
        .throw?.(new Error('own'))
        .then(String, (error: unknown) => errorFacts(context.moduleExports, error));
      return { results: structuredClone(results), thrown };
    },
    expected: CUT,
  },
  {
    name: 'a stream never read',
    replies: streamed,
    run: async (context) => {
      const stream = await open(context);
      // The backstop for what the garbage collector does not show in time.
      sweepOpenCalls(performance.now() + 2 * 60 * 60 * 1000);
      return Object.keys(stream);
    },
    expected: CUT,
  },
  {
    name: 'an error event in the middle',
    replies: (api) => [
      streamOf(api, { sse: [...api.events.slice(0, api.cutAfter), api.errorEvent] }),
    ],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'error', errorType: /./, usage: 'estimated' },
  },
  {
    name: 'a connection lost in the middle',
    replies: (api) => [streamOf(api, { destroyAfter: api.hangAfter })],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'error', errorType: /./, usage: 'estimated' },
  },
  {
    name: 'an event that is no JSON',
    replies: (api) => [
      streamOf(api, {
        sse: [...api.events.slice(0, api.cutAfter), 'event: message_delta\ndata: {"half\n\n'],
      }),
    ],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'error', errorType: 'SyntaxError', usage: 'estimated' },
  },
  {
    name: 'a stream without any event',
    replies: () => [{ sse: [], headers: SAME_ID, missingDone: true }],
    run: async (context) => drain(context.moduleExports, await open(context)),
    expected: { outcome: 'ok', usage: 'estimated' },
  },
];

const ERRORS: readonly Scenario[] = [
  ...[
    [400, 'BadRequestError'],
    [401, 'AuthenticationError'],
    [404, 'NotFoundError'],
    [429, 'RateLimitError'],
    [500, 'InternalServerError'],
  ].map(([status, errorType]) => ({
    name: `status ${status}`,
    replies: () => [failure(Number(status))],
    run: async ({ api, client }: ScenarioContext) => api.create(client, false, { maxRetries: 0 }),
    expected: { outcome: 'error' as const, errorType: String(errorType) },
  })),
  {
    name: 'status 503 for a stream, asked by withResponse',
    replies: () => [failure(503)],
    run: async ({ api, client }) => api.create(client, true, { maxRetries: 0 }).withResponse(),
    expected: { outcome: 'error', errorType: /Error$/ },
  },
  {
    name: 'status 400 asked by asResponse',
    replies: () => [failure(400)],
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 0 }).asResponse(),
    expected: { outcome: 'error', errorType: 'BadRequestError' },
  },
  {
    name: '429, then 200',
    replies: (api) => [failure(429, RETRY_NOW), api.whole],
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 2 }),
    expected: { ...OK, retries: 1 },
  },
  {
    name: '500, 503, then a stream',
    replies: (api) => [failure(500, RETRY_NOW), failure(503, RETRY_NOW), streamOf(api)],
    run: async ({ api, client, moduleExports }) =>
      drain(moduleExports, (await api.create(client, true, { maxRetries: 2 })) as ApiStream),
    expected: { ...OK, retries: 2 },
  },
  {
    name: '429 until the retries are used up',
    replies: () => [failure(429, RETRY_NOW), failure(429, RETRY_NOW)],
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 1 }),
    expected: { outcome: 'error', errorType: 'RateLimitError', retries: 1 },
  },
  {
    name: 'a refused connection',
    replies: () => [{ destroyAfter: 0 }],
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 0 }),
    expected: { outcome: 'error', errorType: 'APIConnectionError' },
  },
  {
    name: 'a timeout',
    replies: (api) => [{ ...api.whole, hangAfter: 0 }],
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 0, timeout: 20 }),
    expected: { outcome: 'error', errorType: 'APIConnectionTimeoutError' },
  },
  {
    name: 'the signal aborted before the call',
    replies: () => [],
    run: async ({ api, client }) => api.create(client, false, { signal: AbortSignal.abort() }),
    expected: { outcome: 'aborted', errorType: 'APIUserAbortError' },
  },
  {
    name: 'the signal aborted while the answer is awaited',
    replies: (api) => [{ ...api.whole, hangAfter: 0 }],
    run: async ({ api, client, server }) => {
      const controller = new AbortController();
      const promise = api.create(client, false, { signal: controller.signal });
      const seen = promise.catch((error: unknown) => Promise.reject(error));
      await server.arrived(1);
      controller.abort();
      return seen;
    },
    expected: { outcome: 'aborted', errorType: 'APIUserAbortError' },
  },
  {
    name: 'an answer that is no JSON',
    replies: () => [{ text: '{"half":', headers: SAME_ID }],
    run: async ({ api, client }) => api.create(client, false),
    expected: { outcome: 'error', errorType: /Error$/, usage: 'estimated' },
  },
  {
    name: 'an answer of another type',
    replies: () => [{ text: 'plain', headers: { ...SAME_ID, 'content-type': 'text/plain' } }],
    run: async ({ api, client }) => api.create(client, false),
    expected: asTheSdkTakesIt,
  },
  {
    name: 'an answer of the wrong shape',
    replies: () => [
      { json: { id: 5, usage: 'none', choices: {}, content: 7, model: null }, headers: SAME_ID },
    ],
    run: async ({ api, client }) => api.create(client, false),
    expected: asTheSdkTakesIt,
  },
  {
    name: 'the answer null',
    replies: () => [{ text: 'null', headers: SAME_ID }],
    run: async ({ api, client }) => api.create(client, false),
    expected: asTheSdkTakesIt,
  },
  {
    name: 'an empty answer',
    replies: () => [{ status: 204, headers: SAME_ID }],
    run: async ({ api, client }) => api.create(client, false),
    expected: asTheSdkTakesIt,
  },
];

/** Scenarios that every API of every SDK goes through, with and without costspan. */
export const SCENARIOS: readonly Scenario[] = [...WHOLE_ANSWERS, ...STREAMS, ...ERRORS];
