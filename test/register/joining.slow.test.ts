import { describe, expect, it } from 'vitest';
import { CALL, CALL_LATER, callSpans, PRINT_CHECK, startServers } from './harness.ts';
import { ownOpenTelemetry, type Printed, readPrinted } from './own-opentelemetry.ts';
import type { SelfCheck } from '../../instrumentation/register/self-check.ts';

/** A model call that some other instrumentation traced. */
const FOREIGN = `trace.getTracer('other').startSpan('chat', { attributes: {
  'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o', 'gen_ai.response.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 10 } }).end();`;

const TURNS = `for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);`;

const orders: Record<string, string> = {
  before: `import { trace, start, stop } from './otel.mjs'; import './begin.mjs';
    import 'costspan/register'; import OpenAI from 'openai';
    ${CALL} ${FOREIGN} await stop();`,
  'after, in the same file': `import 'costspan/register'; import OpenAI from 'openai';
    import { trace, start, stop } from './otel.mjs'; start();
    ${CALL} ${FOREIGN} await stop();`,
  'after, in a later turn': `import 'costspan/register'; import OpenAI from 'openai';
    import { trace, start, stop } from './otel.mjs'; ${TURNS} start();
    ${CALL} ${FOREIGN} await stop();`,
  'after, from CommonJS': `import 'costspan/register'; import OpenAI from 'openai';
    import otel from './otel.cjs'; const { trace, start, stop } = otel; ${TURNS} start();
    ${CALL} ${FOREIGN} await stop();`,
};

function named(printed: readonly Printed[], name: string): readonly Printed[] {
  return printed.filter(({ span, metric }) => span?.name === name || metric?.name === name);
}

describe.each(['3.x', '2.x'] as const)(
  'an application with its own OpenTelemetry %s',
  (version) => {
    const servers = startServers();
    const own = ownOpenTelemetry(version);
    const files = { ...own.files, 'begin.mjs': `import { start } from './otel.mjs'; start();` };

    it.each(Object.entries(orders))('is joined when it starts %s', async (_order, source) => {
      const { stdout, stderr, code } = await servers.run(source, { ...own, files });
      const printed = readPrinted(stdout);

      expect(code, stderr).toBe(0);
      expect(printed.filter(({ registered }) => registered)).toEqual([
        { registered: [true, true, true, true] },
      ]);
      expect(printed.filter(({ diag }) => diag !== undefined)).toEqual([]);
      expect(named(printed, 'chat gpt-4o')).toMatchObject([
        { span: { attributes: { 'gen_ai.usage.cost.amount': expect.any(Number) as number } } },
      ]);
      expect(named(printed, 'chat')).toMatchObject([
        { span: { attributes: { 'costspan.price.state': 'priced' } } },
      ]);
      expect(named(printed, 'costspan.calls')).toEqual([
        { metric: { name: 'costspan.calls', value: 2 } },
      ]);
      // Never a second provider.
      expect(servers.sink.spans).toEqual([]);
      expect([...servers.sink.metrics.keys()]).toEqual([]);
    });

    it('gets what goes through tracers and instruments that were handed out before', async () => {
      const { stdout } = await servers.run(
        `import 'costspan/register'; import { trace, metrics, start, stop } from './otel.mjs';
       const tracer = trace.getTracer('early');
       const counter = metrics.getMeter('early').createCounter('early.counter');
       const gauge = metrics.getMeter('early').createObservableGauge('early.gauge');
       gauge.addCallback((result) => result.observe(7));
       tracer.startSpan('to costspan').end(); counter.add(1);
       ${TURNS} start();
       tracer.startActiveSpan('to the application', (span) => span.end()); counter.add(2);
       await stop();`,
        { ...own, files },
      );
      const printed = readPrinted(stdout);
      expect(printed.map(({ span }) => span?.name).filter(Boolean)).toEqual(['to the application']);
      expect(named(printed, 'early.counter')).toMatchObject([{ metric: { value: 2 } }]);
      expect(named(printed, 'early.gauge')).toMatchObject([{ metric: { value: 7 } }]);
      // What came before the takeover was flushed when ours retired.
      expect(servers.sink.spans.map(({ name }) => name)).toEqual(['to costspan']);
      expect(servers.sink.metricValue('early.counter')).toBe(1);
    });

    it('keeps its own traces and gets metrics from costspan when it registers traces alone', async () => {
      const { stdout } = await servers.run(
        `import 'costspan/register'; import OpenAI from 'openai';
       import { trace } from '@opentelemetry/api'; import { provider, stop } from './traces.mjs';
       trace.setGlobalTracerProvider(provider); ${CALL} await stop(); ${PRINT_CHECK}`,
        {
          ...own,
          files: {
            'traces.mjs': own.files['otel.mjs']!.replace('let tracerProvider, meterProvider;', '')
              .replace(/function start\(\) \{[^]*?tracerProvider = /u, 'const tracerProvider = ')
              .replace(/meterProvider = [^]*$/u, '').concat(`export { tracerProvider as provider };
              export const stop = () => tracerProvider.shutdown();`),
          },
        },
      );
      const lines = stdout.trim().split('\n');
      const { telemetry } = JSON.parse(lines.at(-1)!) as SelfCheck;
      expect(named(readPrinted(stdout), 'chat gpt-4o')).toHaveLength(1);
      expect(servers.sink.spans).toEqual([]);
      expect(servers.sink.metricValue('costspan.calls')).toBe(1);
      expect([telemetry?.traces.state, telemetry?.metrics.state]).toEqual(['joined', 'started']);
    });
  },
);

describe('an application without OpenTelemetry', () => {
  const servers = startServers();

  it.each([
    [
      'ES module',
      `import 'costspan/register'; import OpenAI from 'openai';
      import { trace, metrics } from '@opentelemetry/api';`,
      'module',
    ],
    [
      'CommonJS',
      `require('costspan/register'); const OpenAI = require('openai');
      const { trace, metrics } = require('@opentelemetry/api');`,
      'commonjs',
    ],
  ] as const)('gets one provider for both copies of the API (%s)', async (_kind, head, type) => {
    await servers.run(
      `${head} ${CALL_LATER}
       trace.getTracer('app').startActiveSpan('app span', (span) => span.end());
       metrics.getMeter('app').createCounter('app.counter').add(3);`,
      { type },
    );
    expect(servers.sink.spans.map(({ scope }) => scope.name).toSorted()).toEqual([
      'app',
      'costspan',
    ]);
    expect(servers.sink.metricValue('app.counter')).toBe(3);
    const resources = new Set(
      servers.sink.spans.map(({ resource }) => resource['service.instance.id']),
    );
    expect(resources.size).toBe(1);
  });

  it('carries context over await, so that spans nest', async () => {
    await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai';
       import { trace } from '@opentelemetry/api';
       await trace.getTracer('app').startActiveSpan('outer', async (span) => {
         await new Promise(setImmediate); ${CALL} span.end(); });`,
    );
    const outer = servers.sink.spans.find(({ name }) => name === 'outer');
    const call = servers.sink.spans.find(({ name }) => name.startsWith('chat'));
    expect(call?.parentSpanId).toBe(outer?.spanId);
    expect(callSpans(servers.sink)).toHaveLength(1);
  });
});
