import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

let provider: ProviderServer;
let agent: Agent;
let harness: Harness;
let watch: { stop(): void };
const told: (readonly [string, string | undefined])[] = [];
beforeAll(async () => {
  provider = await startProviderServer();
  agent = new Agent({ connect: { lookup } });
});
afterAll(async () => {
  await agent.close();
  await provider.close();
});
beforeEach(() => {
  harness = startHarness();
  told.length = 0;
  watch = watchUnmeteredRequests({
    waiting: harness.pipeline.unseenRequests,
    count: (host, current) => harness.pipeline.unmeteredRequest(host, current),
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

/** The two ways that requests leave a Node process; `host` is looked up to the local server. */
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
