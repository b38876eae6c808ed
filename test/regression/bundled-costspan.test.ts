import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { CALL, callSpans, startServers } from '../register/harness.ts';
import { runChild, tempApp } from '../support/run-child.ts';

/** OpenTelemetry as the application of a bundle sets it up. */
const OWN = `
  import { TracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace';
  import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
  import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
  import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
  import { trace, metrics } from '@opentelemetry/api';
  const tracerProvider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] });
  const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] });
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  const stop = async () => { await tracerProvider.shutdown(); await meterProvider.shutdown(); };`;

/** Everything in one minified file, costspan included. */
async function bundle(source: string, format: 'esm' | 'cjs') {
  const app = tempApp({ 'main.mjs': source });
  const outfile = app.file(`bundle.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await build({
    entryPoints: [app.file('main.mjs')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format,
    logLevel: 'silent',
    banner: {
      js:
        format === 'esm'
          ? "import{createRequire}from'node:module';const require=createRequire(import.meta.url);"
          : '',
    },
  });
  // Away from the modules that it was made of.
  const alone = tempApp({});
  return { outfile, alone, cwd: join(alone.path) };
}

describe.each(['esm', 'cjs'] as const)('costspan inside a bundle (%s)', (format) => {
  const servers = startServers();

  it('watches the clients given to instrument, and the copies they make', async () => {
    const { outfile, cwd } = await bundle(
      `${OWN} import OpenAI from 'openai'; import { instrument } from 'costspan';
       (async () => {
         const client = instrument(new OpenAI());
         const ask = (of) => of.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
         await ask(client);
         await ask(client.withOptions({ maxRetries: 0 }));
         await ask(client.withOptions({ maxRetries: 0 }).withOptions({ timeout: 5000 }));
         await stop();
       })();`,
      format,
    );
    const { code, stderr } = await runChild(outfile, { env: servers.env, cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(callSpans(servers.sink)).toEqual(Array(3).fill('costspan chat gpt-4o'));
    expect(servers.sink.metricValue('costspan.calls')).toBe(3);
    expect(servers.sink.metricValue('costspan.cost.usd')).toBeGreaterThan(0);
  });

  it('leaves the application alone where register was bundled, and says what to do', async () => {
    const { outfile, cwd } = await bundle(
      `import 'costspan/register'; import OpenAI from 'openai'; (async () => { ${CALL} console.log('answered'); })();`,
      format,
    );
    const { code, stdout, stderr } = await runChild(outfile, { env: servers.env, cwd });
    expect([code, stdout]).toEqual([0, 'answered\n']);
    expect(stderr).toMatch(/^costspan: [^\n]*external[^\n]*\n$/);
  });
});
