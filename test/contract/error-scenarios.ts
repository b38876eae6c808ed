import type { ApiStream } from './api.ts';
import {
  type ExpectedCall,
  OK,
  RETRY_NOW,
  SAME_ID,
  type Scenario,
  type ScenarioContext,
  failure,
  streamOf,
} from './scenario.ts';
import { type Outcome, drain } from './transcript.ts';

/** Some APIs fail on an odd answer, others pass it on; for us it is what the SDK makes of it. */
function asTheSdkTakesIt(seen: Outcome): ExpectedCall {
  return 'error' in seen
    ? { outcome: 'error', errorType: seen.error.className ?? '_OTHER', usage: 'estimated' }
    : { outcome: 'ok', usage: 'estimated' };
}

/** Errors, retries, aborts, and answers that are none. */
export const ERRORS: readonly Scenario[] = [
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
    name: '502, 503, then a stream',
    replies: (api) => [failure(502, RETRY_NOW), failure(503, RETRY_NOW), streamOf(api)],
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
    run: async ({ api, client }) => api.create(client, false, { maxRetries: 0, timeout: 150 }),
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
