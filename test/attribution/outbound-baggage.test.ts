import { createRequire } from 'node:module';
import type * as Dns from 'node:dns';
import type * as Http from 'node:http';
import type { LookupFunction } from 'node:net';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  suppressTracing,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { AlwaysOffSampler, AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { request as undiciRequest } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AttributionResolver,
  attributionBaggage,
  CostspanPropagator,
  setAttributionResolver,
  startOutboundBaggage,
  stripBaggage,
  withAttribution,
} from '../../processor/node/attribution/index.ts';
import { contextWithBaggage, startHeaderServer, type HeaderServer } from './support.ts';

const w3c = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const instrumentations = [new HttpInstrumentation(), new UndiciInstrumentation()];
// The instrumentation patches what `require` gives from here on.
const require = createRequire(import.meta.url);
const http = require('node:http') as typeof Http;

/** Every name resolves to this machine, so that requests may name any host. */
const dns = require('node:dns') as typeof Dns;
const resolveHere: LookupFunction = (_name, options, done) => {
  if (options.all === true) {
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  } else {
    done(null, '127.0.0.1', 4);
  }
};
Object.assign(dns, { lookup: resolveHere });

type Send = (host: string, port: number, headers?: Record<string, string>) => Promise<void>;

const clients: Record<string, Send> = {
  async undici(host, port, headers = {}) {
    const response = await undiciRequest(`http://${host}:${port}/`, { headers });
    await response.body.dump();
  },
  async fetch(host, port, headers = {}) {
    await (await fetch(`http://${host}:${port}/`, { headers })).text();
  },
  'node:http': (host, port, headers = {}) =>
    new Promise((resolve, reject) => {
      const request = http.request({ host, port, headers }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      request.on('error', reject);
      request.end();
    }),
};

let server: HeaderServer;
let stop: (() => void) | undefined;

function useSampler(sampler: AlwaysOnSampler | AlwaysOffSampler): void {
  trace.disable();
  const provider = new TracerProvider({ sampler });
  trace.setGlobalTracerProvider(provider);
  for (const instrumentation of instrumentations) {
    instrumentation.setTracerProvider(provider);
  }
}

function usePropagator(propagator: CompositePropagator | CostspanPropagator): void {
  propagation.disable();
  propagation.setGlobalPropagator(propagator);
}

function allow(...hosts: string[]): void {
  stop = startOutboundBaggage({ hosts }).stop;
}

const baggageOf = (headers: Http.IncomingHttpHeaders | undefined): string[] =>
  headers?.baggage === undefined ? [] : String(headers.baggage).split(/, ?/);
const lastBaggage = (): string[] => baggageOf(server.requests.at(-1));

const attribution = { team: 'support', workflow: 'bug triage', userId: 'u-17' };
const OURS = ['costspan.team=support', 'costspan.workflow=bug%20triage'];
const RUN = /^costspan\.run\.id=[\da-f]{16}$/;

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  server = await startHeaderServer();
});
beforeEach(() => {
  setAttributionResolver(new AttributionResolver({ inbound: ['team', 'workflow', 'runId'] }));
  useSampler(new AlwaysOnSampler());
  usePropagator(new CostspanPropagator({ inner: w3c }));
});
afterEach(() => {
  stop?.();
  stop = undefined;
  server.requests.length = 0;
});
afterAll(async () => {
  for (const instrumentation of instrumentations) {
    instrumentation.disable();
  }
  trace.disable();
  propagation.disable();
  context.disable();
  await server.close();
});

describe.each(Object.entries(clients))('startOutboundBaggage, through %s', (_client, send) => {
  it.each([
    ['on', new AlwaysOnSampler()],
    ['off', new AlwaysOffSampler()],
  ])('reaches an allowed host with the sampler %s', async (_name, sampler) => {
    useSampler(sampler);
    allow('*.internal');
    await withAttribution(attribution, () => send('billing.internal', server.port));
    expect(server.requests[0]?.traceparent).toMatch(/^00-/); // the instrumentation is active
    expect(lastBaggage()).toEqual([...OURS, expect.stringMatching(RUN)]);
  });

  it('reaches no other host', async () => {
    allow('*.internal', 'exact.example');
    for (const host of ['third-party.example', 'internal', 'not-exact.example', '127.0.0.1']) {
      await withAttribution(attribution, () => send(host, server.port));
      expect(lastBaggage()).toEqual([]);
    }
    expect(server.requests).toHaveLength(4);
  });

  it('reaches no provider of models, even where a pattern covers it', async () => {
    allow('*.openai.com', 'api.anthropic.com');
    await withAttribution(attribution, async () => {
      await send('api.openai.com', server.port);
      expect(lastBaggage()).toEqual([]);
      await send('api.anthropic.com', server.port);
      expect(lastBaggage()).toEqual([]);
      await send('status.openai.com', server.port);
      expect(lastBaggage().slice(0, 2)).toEqual(OURS);
    });
  });

  it('heeds the port of a pattern', async () => {
    allow(`a.internal:${server.port}`, 'b.internal:1');
    await withAttribution(attribution, async () => {
      await send('a.internal', server.port);
      expect(lastBaggage().slice(0, 2)).toEqual(OURS);
      await send('b.internal', server.port);
      expect(lastBaggage()).toEqual([]);
    });
  });

  it("appends to the application's own baggage", async () => {
    allow('*.internal');
    await withAttribution(attribution, async () => {
      await send('a.internal', server.port, { baggage: 'own=1' });
      expect(lastBaggage()).toEqual(expect.arrayContaining(['own=1', ...OURS]));
      await context.with(contextWithBaggage({ tenant: 'acme' }, context.active()), () =>
        send('a.internal', server.port),
      );
      expect(lastBaggage()).toEqual(expect.arrayContaining(['tenant=acme', ...OURS]));
    });
  });

  it('adds nothing where there is nothing to hand on, or nobody to hand it on for', async () => {
    allow('*.internal');
    await send('a.internal', server.port);
    expect(lastBaggage()).toEqual([]);
    await withAttribution(attribution, () =>
      context.with(suppressTracing(context.active()), () => send('a.internal', server.port)),
    );
    expect(lastBaggage()).toEqual([]);
  });

  it('lets a header that is full go as it is', async () => {
    allow('*.internal');
    const full = `own=${'x'.repeat(8180)}`;
    await withAttribution(attribution, () => send('a.internal', server.port, { baggage: full }));
    expect(lastBaggage()).toEqual([full]);
  });

  it('stops', async () => {
    allow('*.internal');
    stop?.();
    await withAttribution(attribution, () => send('a.internal', server.port));
    expect(lastBaggage()).toEqual([]);
  });

  it('keeps 100 concurrent requests apart', async () => {
    allow('*.internal');
    const teams = Array.from({ length: 100 }, (_, index) => `team-${index}`);
    await Promise.all(
      teams.map((team) =>
        withAttribution({ team }, () => send('a.internal', server.port, { 'x-team': team })),
      ),
    );
    expect(server.requests).toHaveLength(100);
    for (const headers of server.requests) {
      expect(baggageOf(headers)).toContain(`costspan.team=${String(headers['x-team'])}`);
    }
  });

  it('sends a third party none of ours out of a context that was stripped', async () => {
    usePropagator(w3c); // the application's own, which knows nothing of us
    const members = { tenant: 'acme', 'costspan.team': 'support', 'costspan.run.id': 'r1' };
    const ctx = contextWithBaggage(members, ROOT_CONTEXT);
    await context.with(ctx, () => send('third-party.example', server.port));
    expect(lastBaggage()).toContain('costspan.team=support'); // what happens without us
    await context.with(stripBaggage(ctx), () => send('third-party.example', server.port));
    expect(lastBaggage()).toEqual(['tenant=acme']);
  });
});

describe('startOutboundBaggage', () => {
  it('does not follow a redirect to another host', async () => {
    const elsewhere = await startHeaderServer();
    const redirecting = await startHeaderServer(() => ({
      status: 307,
      headers: { location: `${elsewhere.url}/` },
      body: '',
    }));
    try {
      allow(`127.0.0.1:${redirecting.port}`);
      await withAttribution(attribution, async () => (await fetch(redirecting.url)).text());
      expect(baggageOf(redirecting.requests[0]).slice(0, 2)).toEqual(OURS);
      expect(elsewhere.requests).toHaveLength(1);
      expect(baggageOf(elsewhere.requests[0])).toEqual([]);
    } finally {
      await redirecting.close();
      await elsewhere.close();
    }
  });

  it('goes by where a request goes, not by its Host header', async () => {
    allow('a.internal', `b.internal:${server.port}`);
    await withAttribution(attribution, () =>
      clients['node:http']?.('third-party.example', server.port, { host: 'a.internal' }),
    );
    expect(lastBaggage()).toEqual([]);
  });

  it('takes no port from a Host header that names another host', async () => {
    allow('a.internal:1');
    await withAttribution(attribution, () =>
      clients['node:http']?.('a.internal', server.port, { host: 'b.internal:1' }),
    );
    expect(server.requests).toHaveLength(1);
    expect(lastBaggage()).toEqual([]);
  });

  it('hands on the run that the wiring names, and what the application chose', async () => {
    stop = startOutboundBaggage({
      hosts: ['*.internal'],
      keys: ['team', 'userId', 'runId'],
      currentRun: () => ({ id: 'run-7' }),
    }).stop;
    await withAttribution(attribution, () => clients.undici?.('a.internal', server.port));
    expect(lastBaggage()).toEqual([
      'costspan.team=support',
      'user.id=u-17;costspan',
      'costspan.run.id=run-7',
    ]);
  });

  it('survives a run finder that throws', async () => {
    stop = startOutboundBaggage({
      hosts: ['*.internal'],
      currentRun: () => {
        throw new Error('finder');
      },
    }).stop;
    for (const send of Object.values(clients)) {
      await withAttribution(attribution, () => send('a.internal', server.port));
      expect(lastBaggage()).toEqual([]);
    }
  });

  it('hands an inbound run on', () => {
    allow();
    const ctx = stripBaggage(contextWithBaggage({ 'costspan.run.id': 'r1' }));
    expect(attributionBaggage(ctx)).toBe('costspan.run.id=r1');
    expect(attributionBaggage(ROOT_CONTEXT)).toBeUndefined();
  });
});

describe('SDKs, inside a stripped context', () => {
  const completion = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  };
  const message = {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  let provider: HeaderServer;

  beforeAll(async () => {
    provider = await startHeaderServer((path) => ({
      body: JSON.stringify(path.includes('messages') ? message : completion),
    }));
  });
  afterEach(() => {
    provider.requests.length = 0;
  });
  afterAll(() => provider.close());

  const calls: Record<string, () => Promise<unknown>> = {
    openai: () =>
      new OpenAI({
        apiKey: 'k',
        baseURL: `${provider.url}/v1`,
        maxRetries: 0,
      }).chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] }),
    anthropic: () =>
      new Anthropic({ apiKey: 'k', baseURL: provider.url, maxRetries: 0 }).messages.create({
        model: 'm',
        max_tokens: 1,
        messages: [{ role: 'user', content: 'x' }],
      }),
  };

  it.each(Object.entries(calls))('%s sends no member of ours', async (_sdk, call) => {
    usePropagator(w3c);
    allow('*.internal');
    const ctx = contextWithBaggage({ tenant: 'acme', 'costspan.team': 'support' });
    await context.with(ctx, () => withAttribution(attribution, call));
    expect(baggageOf(provider.requests[0])).toContain('costspan.team=support'); // without us
    await context.with(ctx, () =>
      withAttribution(attribution, () => context.with(stripBaggage(context.active()), call)),
    );
    expect(provider.requests).toHaveLength(2);
    expect(new Set(baggageOf(provider.requests[1]))).toEqual(new Set(['tenant=acme']));
  });

  it("hands an SDK's own promise through withAttribution", async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, maxRetries: 0 });
    const promise = withAttribution(attribution, () =>
      client.chat.completions.create({ model: 'm', messages: [] }),
    );
    const { data, response } = await promise.withResponse();
    expect(data.id).toBe('c');
    expect(response.status).toBe(200);
    expect(provider.requests).toHaveLength(1);
  });

  it.each(Object.entries(calls))(
    '%s sends none under our propagator either',
    async (_sdk, call) => {
      allow('*.internal');
      const ctx = contextWithBaggage({ tenant: 'acme', 'costspan.team': 'support' });
      await context.with(ctx, () => withAttribution(attribution, call));
      expect(new Set(baggageOf(provider.requests[0]))).toEqual(new Set(['tenant=acme']));
    },
  );
});
