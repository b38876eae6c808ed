import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callSpans, startServers } from '../register/harness.ts';
import { type ChildResult, runChild } from '../support/run-child.ts';
import {
  type HostApp,
  hostApp,
  hostsAreInstalled,
  runtimeProgram,
  sayWhatIsLeftOut,
  SET_UP_MS,
} from './host-app.ts';

sayWhatIsLeftOut();

const ASK = `client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] })`;

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'app', dependencies: { costspan: '*', openai: '*' } }),
  'register.mjs': `import 'costspan/register';
    import OpenAI from 'openai';
    const client = new OpenAI();
    await ${ASK};
    console.log('answered');`,
  'register.cjs': `require('costspan/register');
    const { OpenAI } = require('openai');
    const client = new OpenAI();
    ${ASK}.then(() => console.log('answered'));`,
  'instrument.mjs': `import { context, metrics, trace } from '@opentelemetry/api';
    import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
    import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
    import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
    import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
    import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
    import { instrument, withAttribution } from 'costspan';
    import OpenAI from 'openai';
    const spanProcessors = [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })];
    const readers = [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })];
    const providers = [new TracerProvider({ spanProcessors }), new MeterProvider({ readers })];
    trace.setGlobalTracerProvider(providers[0]);
    metrics.setGlobalMeterProvider(providers[1]);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const client = instrument(new OpenAI());
    await withAttribution({ team: 'support' }, async () => ${ASK});
    const chunks = await client.chat.completions.create({
      model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], stream: true });
    for await (const chunk of chunks) void chunk;
    for (const provider of providers) await provider.forceFlush();
    console.log('answered');
    process.exit();`,
};

const RUNTIMES = [
  ['Bun', () => runtimeProgram('bun'), []],
  ['Deno', () => runtimeProgram('deno'), ['run', '--allow-all', '--node-modules-dir=manual']],
] as const;

describe.skipIf(!hostsAreInstalled).each(RUNTIMES)('%s', (name, program, execArgv) => {
  const servers = startServers();
  let app: HostApp;

  beforeAll(() => {
    app = hostApp(FILES);
  }, SET_UP_MS);
  afterAll(() => {
    app?.[Symbol.dispose]();
  });

  function run(file: string): Promise<ChildResult> {
    return runChild(`${app.path}/${file}`, {
      cwd: app.path,
      execPath: program(),
      execArgv,
      env: { ...servers.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
    });
  }

  it.each(['register.mjs', 'register.cjs'])(
    'says in one line that %s watches nothing',
    async (file) => {
      const { code, stdout, stderr } = await run(file);
      expect([code, stdout]).toEqual([0, 'answered\n']);
      expect(stderr).toMatch(
        new RegExp(`^costspan: [^\\n]*${name} \\d[^\\n]*does nothing: wrap each client[^\\n]*\\n$`),
      );
      expect(servers.sink.spans).toEqual([]);
    },
  );

  it('counts the calls of a client given to instrument()', async () => {
    const { code, stdout, stderr } = await run('instrument.mjs');
    expect([code, stdout, stderr]).toEqual([0, 'answered\n', '']);
    const { sink } = servers;
    expect(callSpans(sink)).toEqual(Array(2).fill('costspan chat gpt-4o'));
    expect(sink.spans.map(({ attributes }) => attributes['costspan.team'])).toContain('support');
    expect(sink.metricValue('costspan.calls')).toBe(2);
    expect(sink.metricValue('costspan.cost.usd')).toBeGreaterThan(0);
    expect(sink.metricValue('costspan.internal.errors')).toBeUndefined();
  });
});
