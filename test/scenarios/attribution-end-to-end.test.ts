import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type OtlpSink, type SinkSpan, startOtlpSink } from '../support/otlp-sink.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { type ChildOptions, runChild, startChild } from '../support/run-child.ts';
import { assertKnownTelemetry } from './live-pipeline.ts';

const CALLS = 200;
const TEAMS = 7;

/** Both SDKs, whole and streamed, all at once; `max_tokens` says which call it is. */
const CONCURRENT = `
  import 'costspan/register';
  import Anthropic from '@anthropic-ai/sdk';
  import { withAttribution } from 'costspan';
  import OpenAI from 'openai';
  const openai = new OpenAI(), anthropic = new Anthropic();
  const messages = [{ role: 'user', content: 'Why?' }];
  await Promise.all(Array.from({ length: ${CALLS} }, (_, index) => {
    const whom = { team: 't-' + index % ${TEAMS}, workflow: 'w-' + index, userId: 'u-' + index };
    return withAttribution(whom, async () => {
      await new Promise(setImmediate);
      const resource = index % 3 ? openai.chat.completions : anthropic.messages;
      const model = index % 3 ? 'gpt-4o' : 'claude-sonnet-5';
      const answer = await resource.create({ model, messages, max_tokens: index + 1, stream: index % 2 === 0 });
      if (index % 2 === 0) for await (const chunk of answer) await new Promise(setImmediate);
    });
  }));`;

/** What both services begin with: costspan, and the HTTP instrumentations of OpenTelemetry. */
const SERVICE = `
  require('costspan/register');
  const { registerInstrumentations } = require('@opentelemetry/instrumentation');
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
  const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
  registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
  const http = require('node:http');
  const { context, propagation, trace } = require('@opentelemetry/api');
  const { withAttribution } = require('costspan');
  const Anthropic = require('@anthropic-ai/sdk');
  const OpenAI = require('openai');
  const OpenAI4 = require('openai4');
  const messages = [{ role: 'user', content: 'Why?' }];
  const callAll = async () => {
    // Over fetch, and over node:http, which the oldest major's own fetch uses.
    for (const Client of [OpenAI, OpenAI4]) {
      await new Client().chat.completions.create({ model: 'gpt-4o', messages });
      for await (const chunk of await new Client().chat.completions.create({ model: 'gpt-4o', messages, stream: true }));
    }
    await new Anthropic().messages.create({ model: 'claude-sonnet-5', max_tokens: 9, messages });
    await new Anthropic().messages.stream({ model: 'claude-sonnet-5', max_tokens: 9, messages }).finalMessage();
  };`;

/** Calls that \`callAll\` makes. */
const CALLS_OF_A_SERVICE = 6;

const WORKER = `${SERVICE}
  const server = http.createServer(async (request, response) => {
    if (request.url === '/stop') server.close();
    else await callAll();
    response.end();
  });
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port + '.'));`;

const GATEWAY = `${SERVICE}
  const { WORKER } = process.env;
  const overHttp = () => new Promise((resolve, reject) =>
    http.get(WORKER + '/work', (response) => response.resume().on('end', resolve)).on('error', reject));
  const overFetch = async () => (await fetch(WORKER + '/work')).text();
  const own = propagation.createBaggage({ tenant: { value: '7' } });
  (async () => {
    for (const ask of [overHttp, overFetch]) {
      await context.with(propagation.setBaggage(context.active(), own), () =>
        trace.getTracer('app').startActiveSpan('request', (span) =>
          withAttribution({ team: 'support', workflow: 'bug-triage', userId: 'u-17' }, async () => {
            await callAll();
            await ask();
            span.end();
          })));
    }
    await fetch(WORKER + '/stop', { headers: { connection: 'close' } });
  })();`;

let sink: OtlpSink;
let provider: ProviderServer;
beforeAll(async () => {
  sink = await startOtlpSink();
  provider = await startProviderServer();
});
afterAll(async () => {
  await sink.close();
  await provider.close();
});

function optionsOf(service: string, config: string): ChildOptions {
  return {
    type: 'commonjs',
    files: { 'costspan.yaml': config },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_SERVICE_NAME: service,
      OPENAI_BASE_URL: provider.openaiUrl,
      OPENAI_API_KEY: 'test',
      ANTHROPIC_BASE_URL: provider.url,
      ANTHROPIC_API_KEY: 'test',
    },
  };
}

function callsOf(spans: readonly SinkSpan[], service?: string): readonly SinkSpan[] {
  return spans.filter(
    ({ scope, resource }) =>
      scope.name === 'costspan' && (service === undefined || resource['service.name'] === service),
  );
}

describe('attribution', () => {
  it(`keeps ${CALLS} calls at once apart, on spans and on metrics`, async () => {
    sink.clear();
    const config = 'metrics: { maxValuesPerDimension: 250 }';
    const { code, stderr } = await runChild(CONCURRENT, {
      ...optionsOf('crowd', config),
      type: 'module',
    });
    expect(code, stderr).toBe(0);
    const told = callsOf(sink.spans).map(({ attributes }) => [
      attributes['gen_ai.request.max_tokens'],
      attributes['costspan.team'],
      attributes['costspan.workflow'],
      attributes['user.id'],
    ]);
    expect(told.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(
      Array.from({ length: CALLS }, (_, index) => [
        index + 1,
        `t-${index % TEAMS}`,
        `w-${index}`,
        `u-${index}`,
      ]),
    );
    const points = sink.metrics.get('costspan.calls')?.points ?? [];
    expect(points).toHaveLength(CALLS);
    for (const [, team, workflow] of told) {
      const whose = { 'costspan.team': team, 'costspan.workflow': workflow };
      expect([workflow, sink.metricValue('costspan.calls', whose)]).toEqual([workflow, 1]);
    }
    for (const { attributes } of callsOf(sink.spans)) {
      const cost = sink.metricValue('costspan.cost.usd', {
        'costspan.workflow': attributes['costspan.workflow'],
      });
      expect(cost).toBeCloseTo(Number(attributes['gen_ai.usage.cost.amount']), 9);
    }
    assertKnownTelemetry(sink);
  });

  it('goes to the next service in baggage, and to no provider', async () => {
    sink.clear();
    provider.reset();
    const worker = startChild(
      WORKER,
      optionsOf('worker', 'attribution: { inbound: [team, workflow, runId] }'),
    );
    let output = '';
    worker.process.stdout?.on('data', (text: string) => (output += text));
    await worker.printed(/port \d+\./);
    const port = /port (\d+)/.exec(output)?.[1];
    const options = optionsOf('gateway', 'attribution: { outboundHosts: ["127.0.0.1"] }');
    const gateway = await runChild(GATEWAY, {
      ...options,
      env: { ...options.env, WORKER: `http://127.0.0.1:${port}` },
    });
    const { code, stderr } = await worker.done;
    expect([gateway.code, code], gateway.stderr + stderr).toEqual([0, 0]);

    for (const service of ['gateway', 'worker']) {
      const calls = callsOf(sink.spans, service);
      expect(calls).toHaveLength(2 * CALLS_OF_A_SERVICE);
      for (const { attributes } of calls) {
        expect(attributes).toMatchObject({
          'costspan.team': 'support',
          'costspan.workflow': 'bug-triage',
        });
      }
    }
    const runsOf = (service: string): Set<unknown> =>
      new Set(callsOf(sink.spans, service).map((span) => span.attributes['costspan.run.id']));
    expect(runsOf('worker')).toEqual(runsOf('gateway'));
    expect(runsOf('worker').size).toBe(2);
    // Who the user is stays where it was said.
    expect(callsOf(sink.spans, 'worker').filter((span) => 'user.id' in span.attributes)).toEqual(
      [],
    );
    expect(new Set(callsOf(sink.spans).map(({ traceId }) => traceId)).size).toBe(2);

    expect(provider.requests).toHaveLength(4 * CALLS_OF_A_SERVICE);
    for (const { headers } of provider.requests) {
      // Trace and the application's own baggage arrive: propagation is at work.
      expect(headers['traceparent']).toMatch(/^00-/);
      // Anthropic's SDK sends it as well.
      expect(headers['baggage']).toMatch(/^tenant=7(, tenant=7)?$/);
    }
    assertKnownTelemetry(sink);
  });
});
