import { OK, type Scenario, type ScenarioContext, whole } from './scenario.ts';
import { responseFacts } from './transcript.ts';

/** Ways to take a whole answer. */
export const WHOLE_ANSWERS: readonly Scenario[] = [
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
