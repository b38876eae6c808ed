import { describe, expect, it } from 'vitest';
import { CALL, callSpans, startServers } from './harness.ts';

/** An application that sets up OpenTelemetry itself, as the README says, and exports to the sink. */
const OWN = `
  import { TracerProvider, BatchSpanProcessor, AlwaysOffSampler, AlwaysOnSampler } from '@opentelemetry/sdk-trace';
  import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
  import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
  import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
  import { trace, metrics } from '@opentelemetry/api';
  import { CostspanProcessor, costspanInstrumentations, recordGenAiSpans, instrument, withAttribution, recordOutcome } from 'costspan';
  const start = (sampler) => {
    const tracerProvider = new TracerProvider({ sampler: recordGenAiSpans(sampler),
      spanProcessors: [new CostspanProcessor(), new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] });
    const meterProvider = new MeterProvider({ readers: [
      new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() })] });
    trace.setGlobalTracerProvider(tracerProvider);
    metrics.setGlobalMeterProvider(meterProvider);
    return async () => { await tracerProvider.shutdown(); await meterProvider.shutdown(); };
  };`;

describe('costspan without register', () => {
  const servers = startServers();

  it('watches through costspanInstrumentations', async () => {
    const { stderr, code } = await servers.run(
      `${OWN} const stop = start(new AlwaysOnSampler());
       const all = costspanInstrumentations();
       for (const one of all) {
         one.setTracerProvider(trace.getTracerProvider()); one.setMeterProvider(metrics.getMeterProvider());
         one.setConfig({}); one.disable(); one.enable();
         if (typeof one.instrumentationName !== 'string' || one.getConfig().enabled !== true) throw new Error();
       }
       const { default: OpenAI } = await import('openai');
       await withAttribution({ team: 'support' }, async () => { ${CALL} });
       recordOutcome({ name: 'solved', status: 'success' });
       await stop();`,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
    expect(servers.sink.spans[0]?.attributes['costspan.team']).toBe('support');
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'support' })).toBe(1);
    expect(servers.sink.metricValue('costspan.outcomes')).toBe(1);
  });

  it('watches one client through instrument, and counts whatever the sampler drops', async () => {
    await servers.run(
      `${OWN} import OpenAI from 'openai'; const stop = start(new AlwaysOffSampler());
       const plain = new OpenAI(); const client = instrument(plain);
       if (client !== plain) throw new Error('another object');
       await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
       await stop();`,
    );
    expect(servers.sink.spans).toEqual([]);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('gives back what instrument does not know', async () => {
    const { stdout } = await servers.run(
      `import { instrument } from 'costspan'; const odd = Object.freeze({ a: 1 });
       console.log(instrument(odd) === odd);`,
    );
    expect(stdout).toBe('true\n');
  });

  it('hooks and starts nothing when it is imported', async () => {
    const { stdout, stderr } = await servers.run(
      `const key = Symbol.for('opentelemetry.js.api.1');
       const before = process.eventNames().length;
       await import('costspan');
       console.log(globalThis[key] === undefined, process.eventNames().length - before, process.getActiveResourcesInfo().filter((name) => /Timeout|FSEvent/.test(name)).length);`,
    );
    expect([stdout, stderr]).toEqual(['true 0 0\n', '']);
  });
});
