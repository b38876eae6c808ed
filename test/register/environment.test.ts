import { describe, expect, it } from 'vitest';
import { CALL, callSpans, PRINT_CHECK, startServers } from './harness.ts';
import { readTelemetryEnvironment } from '../../instrumentation/register/telemetry-environment.ts';
import type { SelfCheck } from '../../instrumentation/register/self-check.ts';

const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`;

describe('readTelemetryEnvironment', () => {
  it('has the defaults of the specification', () => {
    const both = { exporters: ['otlp'], protocol: 'http/protobuf' };
    expect(readTelemetryEnvironment({})).toEqual({
      disabled: false,
      signals: {
        traces: { ...both, endpoint: 'http://localhost:4318/v1/traces' },
        metrics: { ...both, endpoint: 'http://localhost:4318/v1/metrics' },
        logs: { ...both, endpoint: 'http://localhost:4318/v1/logs' },
      },
      propagators: ['tracecontext', 'baggage'],
      detectors: ['env'],
      needsNodeSdk: [],
      notes: [],
      exporterProblems: { traces: [], metrics: [], logs: [] },
    });
  });

  it('takes a signal’s own variables over the general ones', () => {
    const { signals } = readTelemetryEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318/base/',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://metrics.example/in',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'otlp, console',
    });
    expect(signals).toEqual({
      traces: {
        exporters: ['otlp', 'console'],
        protocol: 'http/json',
        endpoint: 'https://collector:4318/base/v1/traces',
      },
      metrics: {
        exporters: ['otlp'],
        protocol: 'http/protobuf',
        endpoint: 'https://metrics.example/in',
      },
      logs: { exporters: [], protocol: 'http/json', endpoint: undefined },
    });
  });

  it('shows no credentials and no query of an endpoint', () => {
    const { signals } = readTelemetryEnvironment({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://user:secret@host/v1/traces?key=secret',
    });
    expect(signals.traces.endpoint).toBe('https://host/v1/traces');
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, ['OTEL_EXPORTER_OTLP_PROTOCOL=grpc']],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, ['OTEL_METRICS_EXPORTER=prometheus']],
    [{ OTEL_EXPERIMENTAL_CONFIG_FILE: 'otel.yaml' }, ['OTEL_EXPERIMENTAL_CONFIG_FILE']],
    [{ OTEL_CONFIG_FILE: 'otel.yaml' }, ['OTEL_CONFIG_FILE']],
    [{ OTEL_PROPAGATORS: 'b3,tracecontext' }, ['OTEL_PROPAGATORS=b3']],
    [
      {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
      },
      [],
    ],
  ])('says what only the full SDK has: %o', (env, needed) => {
    expect(readTelemetryEnvironment(env as Record<string, string>).needsNodeSdk).toEqual(needed);
  });

  it('notes what it does not understand and goes on with the default', () => {
    const environment = readTelemetryEnvironment({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon',
      OTEL_NODE_RESOURCE_DETECTORS: 'host,gcp',
    });
    expect(environment.signals.traces.protocol).toBe('http/protobuf');
    expect(environment.detectors).toEqual(['host']);
    expect(environment.notes).toEqual([
      'OTEL_EXPORTER_OTLP_PROTOCOL=carrier-pigeon is not a protocol; http/protobuf is used.',
      'OTEL_NODE_RESOURCE_DETECTORS=gcp is not known; start OpenTelemetry yourself to use it.',
    ]);
  });
});

describe('the OpenTelemetry that costspan starts', () => {
  const servers = startServers();

  it.each(['http/protobuf', 'http/json'])(
    'speaks %s with headers, gzip and resource',
    async (protocol) => {
      await servers.run(APP, {
        env: {
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
          OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
          OTEL_SERVICE_NAME: 'triage',
          OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
        },
      });
      const type = protocol === 'http/json' ? 'application/json' : 'application/x-protobuf';
      expect(servers.sink.exports.map(({ signal }) => signal).toSorted()).toEqual([
        'metrics',
        'traces',
      ]);
      for (const { headers } of servers.sink.exports) {
        expect(headers).toMatchObject({
          'content-type': type,
          'content-encoding': 'gzip',
          'x-tenant': 'blue',
        });
      }
      expect(servers.sink.spans[0]?.resource).toMatchObject({
        'service.name': 'triage',
        'deployment.environment.name': 'staging',
        'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/u) as string,
      });
      expect(servers.sink.metricValue('costspan.calls')).toBe(1);
    },
  );

  it('keeps a service.instance.id that the environment names', async () => {
    await servers.run(APP, { env: { OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-7' } });
    expect(servers.sink.spans[0]?.resource['service.instance.id']).toBe('pod-7');
  });

  it.each([
    ['always_off', undefined],
    ['traceidratio', '0'],
    ['parentbased_always_off', undefined],
    ['parentbased_traceidratio', '0'],
  ])('counts calls that the sampler %s drops', async (sampler, argument) => {
    await servers.run(APP, {
      env: { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument },
    });
    expect(servers.sink.spans).toEqual([]);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it.each([
    ['a sampler', { OTEL_TRACES_SAMPLER: 'sometimes' }],
    [
      'numbers',
      {
        OTEL_BSP_MAX_QUEUE_SIZE: 'many',
        OTEL_METRIC_EXPORT_INTERVAL: '-1',
        OTEL_METRIC_EXPORT_TIMEOUT: '1e9',
      },
    ],
    ['an endpoint', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'not a URL' }],
  ])('leaves the application alone when %s make no sense', async (_what, env) => {
    const { code, stdout } = await servers.run(`${APP} console.log('done');`, { env });
    expect([code, stdout]).toEqual([0, 'done\n']);
    expect(callSpans(servers.sink)).toHaveLength(1);
  });

  it('exports metrics at the interval asked for', async () => {
    const stop = new AbortController();
    const running = servers.run(
      `${APP} setInterval(() => {}, 1000);
      process.stdin.resume();`,
      { env: { OTEL_METRIC_EXPORT_INTERVAL: '100' }, signal: stop.signal },
    );
    await servers.sink.waitFor((sink) => sink.metricValue('costspan.calls') === 1);
    stop.abort();
    await running;
  });

  it('writes to the console when asked to', async () => {
    const { stdout } = await servers.run(APP, {
      env: { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' },
    });
    expect(stdout).toContain("name: 'chat gpt-4o'");
    expect(servers.sink.exports).toEqual([]);
  });

  it('starts nothing with OTEL_SDK_DISABLED', async () => {
    const { stdout, stderr } = await servers.run(`${APP} ${PRINT_CHECK}`, {
      env: { OTEL_SDK_DISABLED: 'true' },
    });
    const { telemetry } = JSON.parse(stdout) as SelfCheck;
    expect(telemetry?.traces.state).toBe('off');
    expect(stderr).toContain('traces and metrics are off');
    expect(servers.sink.exports).toEqual([]);
  });

  it('says what to install for gRPC, and calls go on', async () => {
    const { code, stderr } = await servers.run(APP, {
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'OTEL_EXPORTER_OTLP_PROTOCOL=grpc needs the full OpenTelemetry SDK: npm install @opentelemetry/sdk-node.',
    );
  });

  it('starts the full SDK for gRPC when the application has it, and joins that', async () => {
    const { stdout, stderr } = await servers.run(`${APP} ${PRINT_CHECK}`, {
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      files: {
        'node_modules/@opentelemetry/sdk-node/package.json': `{"name":"@opentelemetry/sdk-node","exports":"./index.js","type":"module"}`,
        // Stands in for the real one, which registers a provider by the environment.
        'node_modules/@opentelemetry/sdk-node/index.js': `
          import { trace } from '@opentelemetry/api';
          import { TracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
          const exporter = { async shutdown() {}, export(spans, done) {
            for (const span of spans) console.error('exported', span.name, span.attributes['gen_ai.usage.cost.amount']);
            done({ code: 0 }); } };
          export class NodeSDK {
            constructor(options) { this.sampler = options.sampler; }
            start() {
              const spanProcessors = [new SimpleSpanProcessor({ exporter })];
              trace.setGlobalTracerProvider(new TracerProvider({ sampler: this.sampler, spanProcessors }));
            }
          }`,
      },
    });
    const { telemetry } = JSON.parse(stdout) as SelfCheck;
    expect(telemetry?.traces.state).toBe('started');
    expect(stderr).toMatch(/^exported chat gpt-4o 0\.\d+$/mu);
    expect(servers.sink.spans).toEqual([]);
  });
});
