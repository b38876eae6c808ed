import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { channel } from 'node:diagnostics_channel';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect, type LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { applicationFrame } from '../../processor/node/unmetered/caller-frame.ts';
import { isInferenceRequest } from '../../providers/inference-request.ts';
import { noteUnmetered, readUnmetered } from '../../processor/node/unmetered/unmetered-file.ts';
import { watchUnmeteredRequests } from '../../processor/node/unmetered/unmetered-requests.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type Harness, inSpan, startCall, startHarness, total } from './harness.ts';

const HOST = 'api.openai.com';
const CHAT = '/v1/chat/completions';
const lookup = ((_host: string, options: { all?: boolean }, done: (...args: unknown[]) => void) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
}) as unknown as LookupFunction;

const http2Server = createHttp2Server((_request, response) => response.end('{}'));
let provider: ProviderServer;
let agent: Agent;
let harness: Harness;
let watch: { stop(): void };
const told: (readonly [string, string | undefined])[] = [];
beforeAll(async () => {
  provider = await startProviderServer();
  await new Promise<void>((resolve) => http2Server.listen(0, resolve));
  agent = new Agent({ connect: { lookup } });
});
afterAll(async () => {
  await agent.close();
  await provider.close();
  http2Server.close();
});
beforeEach(() => {
  harness = startHarness();
  told.length = 0;
  watch = watchUnmeteredRequests({
    waiting: harness.pipeline.unseenRequests,
    count: (host, current) => harness.pipeline.calls.unmeteredRequest(host, current),
    first: (host, caller) => told.push([host, caller]),
  });
});
afterEach(async () => {
  watch.stop();
  await harness.stop();
});

const port = (): string => new URL(provider.url).port;
const CHAT_CALL = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
};
const USAGE = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 };
const BODY = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Why?' }] });

/** The ways that requests leave a Node process; `host` is looked up to a local server. */
const CLIENTS: Readonly<
  Record<string, (path?: string, method?: string, host?: string) => Promise<unknown>>
> = {
  undici: async (path = CHAT, method = 'POST', host = HOST) => {
    const url = `http://${host}:${port()}${path}`;
    const more = method === 'GET' ? {} : { body: BODY };
    await (await fetch(url, { method, dispatcher: agent, ...more })).text();
  },
  'node:http': (path = CHAT, method = 'POST', host = HOST) =>
    new Promise((resolve, reject) => {
      httpRequest({ host, port: port(), path, method, lookup }, (response) => {
        response.resume().once('end', resolve);
      })
        .once('error', reject)
        .end(method === 'GET' ? '' : BODY);
    }),
  'node:http2': (path = CHAT, method = 'POST', host = HOST) => {
    const { port: http2Port } = http2Server.address() as AddressInfo;
    const session = connectHttp2(`http://${host}:${http2Port}`, {
      createConnection: () => connect(http2Port, '127.0.0.1'),
    });
    const authority = host;
    const headers = { ':path': path, ':method': method, ':authority': authority };
    const stream = session.request(headers);
    return new Promise<void>((resolve, reject) => {
      stream.resume().once('close', resolve).once('error', reject);
      if (method !== 'GET') stream.end(BODY);
    }).finally(() => session.close());
  },
};

async function counted(attributes = {}): Promise<number> {
  return total(await harness.collect(), 'costspan.unmetered.requests', attributes);
}

describe.each(Object.entries(CLIENTS))('a request to a provider through %s', (_name, ask) => {
  it('is counted by host, for whom it was made, when nothing saw it', async () => {
    await withAttribution({ team: 'support' }, () => ask());
    await ask();
    expect(await counted({ 'server.address': HOST, 'costspan.team': 'support' })).toBe(1);
    expect(await counted({ 'server.address': HOST })).toBe(2);
  });

  it('is told of once for each host, with the place of the application that made it', async () => {
    await ask();
    await ask();
    expect(told).toHaveLength(1);
    expect(told[0]?.[0]).toBe(HOST);
    expect(told[0]?.[1]).toMatch(/unmetered\.test\.ts:\d+:\d+$/);
  });

  it('is no news inside one of our calls, or one that a framework will tell of', async () => {
    const call = startCall(harness);
    await context.with(call.inside.setValue(Symbol.for('costspan.call'), call), () => ask());
    call.end();
    const inTold = context.active().setValue(Symbol.for('costspan.told-call'), {});
    await context.with(inTold, () => ask());
    expect(await counted()).toBe(0);
    expect(told).toEqual([]);
  });

  describe.each([
    ['says at once that it is a call', 'somebody', { 'gen_ai.operation.name': 'chat' }],
    ['says so only at its end', '@arizeai/openinference-instrumentation-openai', {}],
  ])('inside a span of another instrumentation that %s', (_when, scope, attributes) => {
    /** Asks inside such a span, below that of an HTTP instrumentation, and ends it with `end`. */
    const askInside = (end: (span: Span) => void): Promise<void> =>
      harness.tracerOf(scope).startActiveSpan('chat gpt-4o', { attributes }, async (span) => {
        await inSpan(harness, 'POST', () => ask());
        expect(await counted()).toBe(0);
        end(span);
        span.end();
      });

    it('is no news when that is booked', async () => {
      await askInside((span) => span.setAttributes({ ...CHAT_CALL, ...USAGE }));
      await askInside((span) =>
        span.setAttributes(CHAT_CALL).setStatus({ code: SpanStatusCode.ERROR }),
      );
      expect(await counted()).toBe(0);
      expect(told).toEqual([]);
    });

    it('is counted and told of when that carries no usage', async () => {
      await askInside((span) => span.setAttributes(CHAT_CALL));
      expect(await counted({ 'server.address': HOST })).toBe(1);
      expect(told).toEqual([[HOST, expect.stringMatching(/unmetered\.test\.ts:\d+:\d+$/)]]);
    });

    it('is counted when the span was no call', async () => {
      await askInside((span) =>
        span.setAttributes({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'a' }),
      );
      expect(await counted()).toBe(1);
    });

    it('is counted at the end of the process when the span never ends', async () => {
      await harness.tracerOf(scope).startActiveSpan('chat', { attributes }, () => ask());
      expect(await counted()).toBe(0);
      harness.pipeline.unseenRequests.giveUp();
      expect(await counted()).toBe(1);
    });
  });

  it('is no news when a span further out is booked', async () => {
    await harness
      .tracerOf('@traceloop/instrumentation-langchain')
      .startActiveSpan('ChatOpenAI.chat', async (outer) => {
        await harness
          .tracerOf('@traceloop/instrumentation-openai')
          .startActiveSpan('request', async (inner) => {
            await ask();
            inner.end();
          });
        outer.setAttributes({ ...CHAT_CALL, ...USAGE }).end();
      });
    expect(await counted()).toBe(0);
  });

  it('is counted inside an agent of another instrumentation', async () => {
    const attributes = { 'gen_ai.operation.name': 'invoke_agent' };
    await harness
      .tracerOf('@traceloop/instrumentation-langchain')
      .startActiveSpan('invoke_agent x', { attributes }, async (span) => {
        await ask();
        expect(await counted()).toBe(1);
        span.end();
      });
  });

  it('is counted inside any other span', async () => {
    await inSpan(harness, 'GET /answer', () => ask());
    expect(await counted()).toBe(1);
  });

  it('is no spend when it lists models or counts tokens, nor to another host', async () => {
    await ask('/v1/models', 'GET');
    await ask('/v1/messages/count_tokens', 'POST', 'api.anthropic.com');
    await ask(CHAT, 'POST', 'example.com');
    expect(await counted()).toBe(0);
  });
});

describe('a request by HTTP/2', () => {
  const message = { headers: { ':authority': HOST, ':path': CHAT, ':method': 'POST' } };
  const publish = (): void => channel('http2.client.stream.created').publish(message);

  it('that undici sends was told of by undici', async () => {
    const filename = '/app/node_modules/undici/lib/dispatcher/client-h2.js';
    const send = runInThisContext('(publish) => publish()', { filename }) as (
      publish: () => void,
    ) => void;
    send(publish);
    expect(await counted()).toBe(0);
    publish();
    expect(await counted()).toBe(1);
  });

  it('goes to whom the session’s TLS names before the authority is known', async () => {
    const stream = { session: { socket: { servername: HOST } } };
    const headers = { ':path': CHAT, ':method': 'POST' };
    channel('http2.client.stream.created').publish({ headers, stream });
    expect(await counted({ 'server.address': HOST })).toBe(1);
  });
});

describe('applicationFrame', () => {
  it.each([
    ['    at ask (file:///app/src/ask.js:3:5)', '/app/src/ask.js:3:5'],
    ['    at async file:///app/main.mjs:9:1', '/app/main.mjs:9:1'],
    ['    at Object.<anonymous> (/app/main.js:1:7)', '/app/main.js:1:7'],
    ['    at new Bot [as Agent] (/app/my bot/bot.js:1:7)', '/app/my bot/bot.js:1:7'],
    ['    at POST (/app/(chat)/route.js:2:3)', '/app/(chat)/route.js:2:3'],
    [String.raw`    at ask (C:\app\ask.js:3:5)`, String.raw`C:\app\ask.js:3:5`],
  ])('takes %s', (frame, place) => {
    const stack = `Error: x\n    at fetch (node:internal/deps/undici/undici:13075:20)\n${frame}`;
    expect(applicationFrame(stack)).toBe(place);
  });

  it.each([
    '    at fetch (node:internal/deps/undici/undici:13075:20)',
    '    at async node:internal/modules/run_main:101:5',
    '    at new Promise (<anonymous>)',
    '    at eval (eval at run (/app/run.js:1:1), <anonymous>:1:1)',
    '    at request (/app/node_modules/openai/client.js:1:2)',
    '    at request (file:///app/.yarn/cache/openai.zip/node_modules/openai/client.js:1:2)',
    '    at internal/process/task_queues.js:1:1',
    `    at callerFrame (${new URL('../../processor/node/unmetered/caller-frame.ts', import.meta.url).href}:1:2)`,
  ])('passes over %s', (frame) => {
    expect(applicationFrame(`Error: x\n${frame}`)).toBeUndefined();
  });

  it('copes with stacks that are no text', () => {
    expect(applicationFrame([{ file: 'x' }])).toBeUndefined();
  });
});

describe('isInferenceRequest', () => {
  it.each([
    ['POST', 'api.openai.com', '/v1/chat/completions'],
    ['POST', 'api.openai.com', '/v1/responses?include=x'],
    ['POST', 'api.openai.com', '/v1/embeddings'],
    ['POST', 'api.openai.com', '/v1/images/generations'],
    ['POST', 'api.openai.com', '/v1/an-api-of-tomorrow'],
    ['POST', 'api.openai.com', '/v1/batches'],
    ['POST', 'api.anthropic.com', '/v1/messages'],
    ['POST', 'x.openai.azure.com', '/openai/deployments/d/chat/completions?api-version=1'],
    [
      'POST',
      'generativelanguage.googleapis.com',
      '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    ],
    [
      'POST',
      'europe-west1-aiplatform.googleapis.com',
      '/v1/projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict',
    ],
    ['POST', 'bedrock-runtime.us-east-1.amazonaws.com', '/model/anthropic.claude%3A0/converse'],
    ['POST', 'bedrock-runtime.us-east-1.amazonaws.com', '/model/m/invoke-with-response-stream'],
    ['POST', 'api.cohere.com', '/v2/rerank'],
    ['POST', 'gateway.ai.cloudflare.com', '/v1/account/gateway/openai/chat/completions'],
    ['POST', 'api.cloudflare.com', '/client/v4/accounts/a/ai/run/@cf/meta/llama-3.1-8b-instruct'],
    ['POST', 'api.replicate.com', '/v1/models/black-forest-labs/flux/predictions'],
    ['POST', 'queue.fal.run', '/fal-ai/flux/dev'],
    ['POST', 'dashscope-intl.aliyuncs.com', '/compatible-mode/v1/chat/completions'],
    ['POST', 'model-x.api.baseten.co', '/production/predict'],
    ['POST', 'api.deepgram.com', '/v1/listen?model=nova-3'],
    ['POST', 'api.elevenlabs.io', '/v1/text-to-speech/voice/stream'],
    ['POST', 'api.assemblyai.com', '/v2/transcript'],
    ['POST', 'api.portkey.ai', '/v1/chat/completions'],
    ['POST', 'dbc-1.cloud.databricks.com', '/serving-endpoints/m/invocations'],
    ['POST', 'localhost', '/api/chat'],
  ])('%s %s%s is one', (method, host, path) => {
    expect(isInferenceRequest(method, host, path)).toBe(true);
  });

  it.each([
    ['GET', 'api.openai.com', '/v1/models'],
    ['GET', 'api.openai.com', '/v1/responses/resp_1'],
    ['DELETE', 'api.openai.com', '/v1/files/f'],
    ['POST', 'api.openai.com', '/v1/files'],
    ['POST', 'api.openai.com', '/v1/vector_stores/vs/search'],
    ['POST', 'api.openai.com', '/v1/moderations'],
    ['POST', 'api.cloudflare.com', '/client/v4/zones/z/dns_records'],
    ['POST', 'api.replicate.com', '/v1/predictions/p/cancel'],
    ['POST', 'queue.fal.run', '/fal-ai/flux/requests/r/cancel'],
    ['POST', 'api.baseten.co', '/v1/models'],
    ['POST', 'api.deepgram.com', '/v1/projects/p/keys'],
    ['POST', 'api.elevenlabs.io', '/v1/voices/add'],
    ['POST', 'api.assemblyai.com', '/v2/upload'],
    ['POST', 'dbc-1.cloud.databricks.com', '/api/2.0/sql/statements'],
    ['POST', 'api.anthropic.com', '/v1/messages/count_tokens?beta=true'],
    ['POST', 'generativelanguage.googleapis.com', '/v1beta/models/gemini-2.5-pro:countTokens'],
    ['POST', 'aiplatform.googleapis.com', '/v1/projects/p/locations/l/datasets'],
    ['POST', 'x.cognitiveservices.azure.com', '/speechtotext/v3.2/transcriptions'],
    ['POST', 'localhost', '/api/pull'],
  ])('%s %s%s is none', (method, host, path) => {
    expect(isInferenceRequest(method, host, path)).toBe(false);
  });
});

describe('the notes for the doctor', () => {
  it('keep one entry a host, and need no place to be kept', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'costspan-unmetered-')));
    const one = { host: HOST, caller: '/app/a.js:1:2', firstSeen: '2026-11-26T00:00:00.000Z' };
    noteUnmetered(folder, one);
    expect(readUnmetered(folder)).toEqual([]);
    mkdirSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'src'));
    noteUnmetered(join(folder, 'src'), one);
    noteUnmetered(folder, { ...one, firstSeen: '2026-11-27T00:00:00.000Z' });
    expect(readUnmetered(folder)).toEqual([{ ...one, firstSeen: '2026-11-27T00:00:00.000Z' }]);
  });
});
