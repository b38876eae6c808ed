import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { forgetUnwelcomePlaces } from '../../instrumentation/core/openai-wire/unwelcome-usage.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';
import type { ProviderRequest, Reply } from '../support/provider/reply.ts';
import type { ApiStream } from './api.ts';
import { copiesOf, loadCopy, patchCopy } from './copies.ts';
import { CHAT_REQUEST, chatCompletions, methodOf } from './openai-fixtures.ts';
import { type Recorder, startRecorder } from './recorder.ts';

interface OpenAiModule {
  readonly OpenAI: new (options: object) => object;
}

interface ChatBody {
  readonly stream_options?: { readonly include_usage?: boolean };
}

/** Refusals as servers of many makes word them. */
const REFUSALS: readonly (readonly [string, Reply])[] = [
  [
    'OpenAI, Azure',
    refusal(400, {
      error: {
        message: 'Unrecognized request argument supplied: stream_options',
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    }),
  ],
  ['the field as param alone', refusal(400, { error: { message: 'no', param: 'stream_options' } })],
  [
    'FastAPI',
    refusal(422, {
      detail: [
        {
          type: 'extra_forbidden',
          loc: ['body', 'stream_options', 'include_usage'],
          msg: 'Extra inputs are not permitted',
        },
      ],
    }),
  ],
  [
    'Mistral',
    refusal(422, {
      object: 'error',
      message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'] }] },
      type: 'invalid_request_error',
    }),
  ],
  ['a text', { status: 400, text: 'unknown field "include_usage"', headers: SAME() }],
  ['an array', refusal(400, [{ error: { code: 400, message: 'Unknown name "streamOptions"' } }])],
];

function SAME(): Record<string, string> {
  return { 'x-request-id': 'req_refused' };
}

function refusal(status: number, json: unknown): Reply {
  return { status, json, headers: SAME() };
}

/** A refusal of something else, which repeats what it was sent. */
function echo(input: object): Reply {
  return refusal(422, { detail: [{ loc: ['body', 'messages'], msg: 'too long', input }] });
}

/** As hosts stream that tell no usage unless asked; some put `usage: null` on chunks unasked. */
const CONTENT: Reply = {
  sse: chatCompletions.events.slice(0, -1).map((event) => ({ ...(event as object), usage: null })),
  headers: { 'x-request-id': 'req_answered' },
};

/** What a server got, and how it answers: a refusal to whoever asks for usage. */
class Server {
  readonly bodies: ChatBody[] = [];
  readonly retryCounts: (string | undefined)[] = [];
  refusal: Reply = REFUSALS[0]![1];
  /** Answers in place of the content, one a request. */
  readonly next: Reply[] = [];

  readonly answer = ({ body, headers }: ProviderRequest): Reply => {
    this.bodies.push(structuredClone(body) as ChatBody);
    this.retryCounts.push(headers['x-stainless-retry-count']);
    if (this.asked(this.bodies.length - 1)) return this.refusal;
    return this.next.shift() ?? CONTENT;
  };

  asked(index: number): boolean {
    return this.bodies[index]?.stream_options?.include_usage === true;
  }

  /** Whether each request so far asked for its usage. */
  get asking(): readonly boolean[] {
    return this.bodies.map((_, index) => this.asked(index));
  }

  clear(): void {
    this.bodies.length = 0;
    this.retryCounts.length = 0;
    this.next.length = 0;
    this.refusal = REFUSALS[0]![1];
  }
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(structuredClone(chunk));
  return chunks;
}

type Ask = (client: object, options?: object, body?: object) => Promise<unknown>;

const ask: Ask = async (client, options = {}, body = CHAT_REQUEST) =>
  collect((await chatCompletions.create(client, true, options, body)) as ApiStream);

const askWithResponse: Ask = async (client) => {
  const { data, response } = await chatCompletions.create(client, true).withResponse();
  return [response.headers.get('x-request-id'), await collect(data as ApiStream)];
};

const askByHelper: Ask = async (client) => {
  const isOld = Reflect.has(Reflect.get(client, 'beta') as object, 'chat');
  const stream = methodOf(client, `${isOld ? 'beta.' : ''}chat.completions.stream`)(CHAT_REQUEST);
  return collect(stream as AsyncIterable<unknown>);
};

/** What a caller can see of an error. */
async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    return ['no error', await asked];
  } catch (error) {
    const { constructor, message, status, code, param, requestID, request_id } = error as Record<
      string,
      unknown
    > & { constructor: { name: string } };
    return [constructor.name, message, status, code, param, requestID, request_id];
  }
}

const COPIES = copiesOf([
  ['openai4', 4],
  ['openai5', 5],
  ['openai6', 6],
  ['openai', 7],
]);

// One for the file: a process has one tracer provider.
let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

// Before the classes are patched for good.
describe.each(COPIES)('one client that is watched alone, openai $label', (copy) => {
  it('is answered by a server that refuses, also without a manager of contexts', async () => {
    forgetUnwelcomePlaces();
    const server = new Server();
    const { OpenAI } = (await loadCopy(copy)) as OpenAiModule;
    const client = new OpenAI({ apiKey: 'sk', fetch: createInProcessFetch(server.answer) });
    const without = await ask(client);
    server.clear();
    await recorder.start();
    openai.instrumentClient?.(client);
    context.disable();
    try {
      expect(await ask(client)).toEqual(without);
    } finally {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    }
    expect(server.asking).toEqual([true, false]);
    expect(recorder.calls.map(({ call }) => [call.outcome, call.retries])).toEqual([['ok', 0]]);
  });
});

describe.each(COPIES)('a server that refuses to be asked for usage, openai $label', (copy) => {
  const server = new Server();
  const fetchOfServer = createInProcessFetch(server.answer);
  let client: object;
  let Client: OpenAiModule['OpenAI'];

  const WAYS = { 'for await': ask, withResponse: askWithResponse, 'stream helper': askByHelper };
  const bare = new Map<string, unknown>();

  function clientOf(more: object = {}): object {
    return new Client({ apiKey: 'sk', fetch: fetchOfServer, ...more });
  }

  beforeAll(async () => {
    recorder.stop();
    const moduleExports = await loadCopy(copy);
    Client = (moduleExports as OpenAiModule).OpenAI;
    client = clientOf();
    for (const [way, read] of Object.entries(WAYS)) bare.set(way, await read(client));
    patchCopy(openai, copy, moduleExports);
  });
  beforeEach(async () => {
    forgetUnwelcomePlaces();
    server.clear();
    await recorder.start();
  });

  const cases = REFUSALS.flatMap(([shape, reply]) =>
    Object.entries(WAYS).map(([way, read]) => ({ shape, reply, way, read })),
  );

  it.each(cases)('answers $way all the same, $shape', async ({ reply, way, read }) => {
    server.refusal = reply;
    expect(await read(client)).toEqual(bare.get(way));
    expect(server.asking).toEqual([true, false]);
    const [, sent] = server.bodies;
    expect(sent).toEqual({ ...CHAT_REQUEST, stream: true });
    expect(server.retryCounts).toEqual(['0', '0']);
    expect(
      recorder.calls.map(({ call }) => [call.outcome, call.retries, call.usageSource]),
    ).toEqual([['ok', 0, 'estimated']]);
    const spans = await recorder.spans();
    expect(spans.map(({ attributes }) => attributes['costspan.retry.count'])).toEqual([undefined]);

    expect(await read(client)).toEqual(bare.get(way));
    expect(server.asking).toEqual([true, false, false]);
    expect([openCallCount(), recorder.internalErrors]).toEqual([0, []]);
  });

  it('keeps what else the caller put among the options of the stream', async () => {
    const body = { ...CHAT_REQUEST, stream_options: { include_obfuscation: false } };
    await ask(client, {}, body);
    expect(server.bodies.map(({ stream_options }) => stream_options)).toEqual([
      { include_obfuscation: false, include_usage: true },
      { include_obfuscation: false },
    ]);
    expect(body.stream_options).toEqual({ include_obfuscation: false });
  });

  it('answers 25 streams that begin together', async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, async () => ask(client)));
    expect(answers).toEqual(Array(25).fill(bare.get('for await')));
    expect(server.asking.filter((asked) => !asked)).toHaveLength(25);
    expect(recorder.calls.map(({ call }) => call.outcome)).toEqual(Array(25).fill('ok'));
    server.bodies.length = 0;
    await ask(client);
    expect(server.asking).toEqual([false]);
  });

  it('leaves the retries of the SDK whole', async () => {
    const overloaded: Reply = { status: 500, headers: { 'retry-after-ms': '1' } };
    server.next.push(overloaded, overloaded);
    expect(await ask(client, { maxRetries: 2 })).toEqual(bare.get('for await'));
    expect(server.asking).toEqual([true, false, false, false]);
    expect(server.retryCounts).toEqual(['0', '0', '1', '2']);
    expect(recorder.calls.map(({ call }) => [call.outcome, call.retries])).toEqual([['ok', 2]]);
  });

  it('is asked once more where the SDK may retry nothing', async () => {
    expect(await ask(client, { maxRetries: 0 })).toEqual(bare.get('for await'));
    expect(server.asking).toEqual([true, false]);
  });

  it('gives the caller the error of the request that he made', async () => {
    const failure: Reply = { status: 404, json: { error: { message: 'no such model' } } };
    recorder.stop();
    server.next.push(failure);
    const without = await failureOf(ask(client));
    await recorder.start();
    server.next.push(failure);
    expect(await failureOf(ask(client))).toEqual(without);
    expect(recorder.calls.map(({ call }) => [call.outcome, call.unbilled])).toEqual([
      ['error', true],
    ]);
  });

  it('hands on a 400 of another reason at once', async () => {
    server.refusal = refusal(400, { error: { message: 'too many tokens', param: 'messages' } });
    recorder.stop();
    server.next.push(server.refusal);
    const without = await failureOf(ask(client));
    await recorder.start();
    server.bodies.length = 0;
    expect(await failureOf(ask(client))).toEqual(without);
    expect(server.asking).toEqual([true]);
  });

  it('is asked again by the next call where the request was wrong in itself', async () => {
    const without = echo({ ...CHAT_REQUEST, stream: true });
    server.refusal = echo({ ...CHAT_REQUEST, stream_options: { include_usage: true } });
    for (let time = 0; time < 2; time += 1) {
      server.next.push(without);
      expect(await failureOf(ask(client))).toContain(422);
    }
    expect(server.asking).toEqual([true, false, true, false]);
  });

  it('is asked once more and no oftener, whatever it says then', async () => {
    const overloaded: Reply = { status: 500, headers: { 'retry-after-ms': '1' } };
    const replies = [overloaded, server.refusal, server.refusal];
    const asking: unknown[] = [];
    const stubborn = clientOf({
      fetch: createInProcessFetch(({ body }) => {
        asking.push((body as ChatBody).stream_options);
        return replies.shift() ?? CONTENT;
      }),
    });
    expect(await failureOf(ask(stubborn, { maxRetries: 1 }))).toContain(400);
    expect(asking).toEqual([{ include_usage: true }, { include_usage: true }, undefined]);
    expect(recorder.calls.map(({ call }) => [call.outcome, call.retries])).toEqual([['error', 1]]);
  });

  it('keeps to the signal of the caller', async () => {
    const controller = new AbortController();
    const refusing = clientOf({
      fetch: createInProcessFetch((request) => {
        const reply = server.answer(request);
        if (reply === server.refusal) queueMicrotask(() => controller.abort());
        return reply;
      }),
    });
    const failure = await failureOf(ask(refusing, { signal: controller.signal }));
    expect(failure).toContain('APIUserAbortError');
    expect(recorder.calls.map(({ call }) => call.outcome)).toEqual(['aborted']);
  });

  it('is not asked where the application reads the raw response', async () => {
    const response = await chatCompletions.create(client, true).asResponse();
    expect(await response.text()).toContain('chat.completion.chunk');
    expect(server.asking).toEqual([false]);
  });

  it('tells another host apart', async () => {
    await ask(client);
    await ask(clientOf({ baseURL: 'https://eu.api.openai.com/v1' }));
    expect(server.asking).toEqual([true, false, true, false]);
  });
});
