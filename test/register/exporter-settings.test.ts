import { describe, expect, it } from 'vitest';
import { exitLimitMillis } from '../../instrumentation/register/exit-limit.ts';
import { readOtlpSettings } from '../../instrumentation/register/otlp-settings.ts';
import {
  exporterNotes,
  readTelemetryEnvironment,
} from '../../instrumentation/register/telemetry-environment.ts';
import { CALL, callSpans, PRINT_CHECK, startServers } from './harness.ts';

const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';
const ALL = 'until then traces, metrics and logs are not exported.';
const SECRET = 'hunter2';

function notesOf(env: Readonly<Record<string, string>>): string[] {
  const environment = readTelemetryEnvironment(env);
  return [...environment.notes, ...exporterNotes(environment, ['traces', 'metrics', 'logs'])];
}

describe('an endpoint that is no address', () => {
  it.each([
    ['localhost:4318', 'has no http:// or https:// in front: write http://localhost:4318'],
    ['collector', 'has no http:// or https:// in front: write http://collector'],
    ['//collector:4318', 'has no http:// or https:// in front: write http://collector:4318'],
    [`me:${SECRET}@collector:4318`, 'has no http:// or https:// in front'],
    ['http://', 'names no host'],
    ['https://:4318', 'names no host'],
    ['http://?key=x', 'names no host'],
    ['http:/localhost:4318', 'is no address'],
    ['http://localhost:port', 'is no address'],
    ['http://localhost:99999', 'is no address'],
    [`http://me:${SECRET}/x@collector:4318`, 'has an "@" in its path'],
    [`http://me:%zz${SECRET}@collector:4318`, 'has a "%" in its user or password'],
    ['ftp://collector/x', 'begins with ftp://'],
    [
      'grpc://collector:4317',
      'write http://collector:4317 and set OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
    ],
    ['http://my collector:4318', 'has a blank in it'],
    ['http://${HOST}:4318', 'holds a placeholder'],
    ['http://$COLLECTOR_HOST:4318', 'holds a placeholder'],
    ['{{ endpoint }}', 'holds a placeholder'],
    ['https://<your-host>:4318', 'holds a placeholder'],
    ['"http://localhost:4318"', 'has quotes around it'],
    ["'http://localhost:4318'", 'has quotes around it'],
  ])('%s is refused in one sentence', (value, fault) => {
    const notes = notesOf({ [BASE]: value });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(fault);
    expect(notes[0]).toMatch(/^OTEL_EXPORTER_OTLP_ENDPOINT=/u);
    expect(notes[0]?.endsWith(ALL)).toBe(true);
    expect(notes[0]).not.toContain(SECRET);
    const { signals } = readTelemetryEnvironment({
      [BASE]: value,
      OTEL_TRACES_EXPORTER: 'console',
    });
    expect(signals.traces).toMatchObject({ exporters: ['console'], endpoint: undefined });
    expect(signals.metrics).toMatchObject({ exporters: [], endpoint: undefined });
  });

  it('stops only the signals that it is for', () => {
    expect(
      notesOf({
        [BASE]: 'http://localhost:4318',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'localhost:4318/v1/metrics',
      }),
    ).toEqual([
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=localhost:4318/v1/metrics has no http:// or https:// in front: write http://localhost:4318/v1/metrics; until then metrics are not exported.',
    ]);
    const ownTraces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/v1/traces' };
    expect(notesOf({ [BASE]: 'nowhere', ...ownTraces })[0]).toContain(
      'until then metrics and logs are not exported.',
    );
  });

  it('is the full SDK’s to read over gRPC, and nobody’s where nothing is exported', () => {
    expect(notesOf({ [BASE]: 'localhost:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([]);
    const none = ['TRACES', 'METRICS', 'LOGS'].map((signal) => [`OTEL_${signal}_EXPORTER`, 'none']);
    expect(notesOf({ [BASE]: 'nowhere', ...Object.fromEntries(none) })).toEqual([]);
  });
});

describe('an endpoint that looks like a mistake', () => {
  it.each([
    [{ [BASE]: 'http://collector:4317' }, 'the usual port of OTLP over gRPC'],
    [{ [BASE]: 'http://collector:4318/v1/traces' }, 'leave /v1/… out'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://collector:4318' }, 'has no path'],
    [{ OTEL_EXPORTER_OTLP_CERTIFICATE: '/etc/ca.pem' }, 'begins with http://'],
  ])('%j is used, and told of', (env, doubt) => {
    expect(notesOf(env as Record<string, string>)).toEqual([expect.stringContaining(doubt)]);
    const { signals } = readTelemetryEnvironment(env);
    expect(signals.logs.exporters).toEqual(['otlp']);
  });

  it.each(['http://localhost:4318', 'https://[::1]:4318/base/', 'http://me:pw@h', 'HTTPS://H'])(
    '%s does not',
    (value) => {
      expect(notesOf({ [BASE]: value })).toEqual([]);
    },
  );

  it('takes the path of the signal before a query', () => {
    const { endpoint } = readOtlpSettings({ [BASE]: `http://h:1/a/?key=${SECRET}` }, 'metrics');
    expect(endpoint).toEqual({
      url: `http://h:1/a/v1/metrics?key=${SECRET}`,
      shown: 'http://h:1/a/v1/metrics',
      variable: BASE,
    });
  });
});

describe('headers', () => {
  it.each([
    [SECRET, 'no "=" between name and value'],
    [`Authorization: Bearer ${SECRET}`, 'no "=" between name and value'],
    [`Authorization: Basic ${SECRET}==`, 'a ":" where the "=" belongs'],
    [`=${SECRET}`, 'no name in front'],
    [`api key=${SECRET}`, 'characters in its name'],
    [`api-key=%zz${SECRET}`, 'a "%" that begins no encoded character'],
    [`api-key=${SECRET}%0Ax: y`, 'characters in its value'],
    [`api-key=${SECRET}€`, 'characters in its value'],
    [`"api-key=${SECRET}"`, 'quotes around it'],
    ['api-key=', 'no value'],
  ])('%s are refused in one sentence, without their secret', (value, fault) => {
    const notes = notesOf({ [HEADERS]: `x-tenant=blue,${value}` });
    expect(notes).toEqual([expect.stringContaining(`${HEADERS} has in its second entry ${fault}`)]);
    expect(notes[0]).toContain('so that header is not sent');
    expect(notes[0]).not.toContain(SECRET);
    const { headers } = readOtlpSettings({ [HEADERS]: `${value},x-tenant=blue` }, 'traces');
    expect(headers).toEqual({ 'x-tenant': 'blue' });
  });

  it('are told of when a ";" cuts them', () => {
    expect(notesOf({ [HEADERS]: 'cookie=a=1;b=2' })).toEqual([
      `${HEADERS} has a ";", behind which nothing is sent: write %3B for it.`,
    ]);
  });

  it('of one signal go before those of all', () => {
    const env = {
      [HEADERS]: 'a=1,b=two%20words',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2, c = base64== ',
    };
    expect(notesOf(env)).toEqual([]);
    const both = { a: '2', b: 'two words', c: 'base64==' };
    expect(readOtlpSettings(env, 'traces').headers).toEqual(both);
    expect(readOtlpSettings(env, 'logs').headers).toEqual({ a: '1', b: 'two words' });
  });
});

it.each([
  ['2500', 2500],
  // Node would fire a timer of this length at once.
  ['1e12', 2000],
  ['0', 2000],
  ['soon', 2000],
])('an ending process waits by OTEL_EXPORTER_OTLP_TIMEOUT=%s for %i ms', (asked, millis) => {
  expect(exitLimitMillis({ OTEL_EXPORTER_OTLP_TIMEOUT: asked })).toBe(millis);
});

describe('what OpenTelemetry would ignore', () => {
  it.each([
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'foo', 'cumulative is used.'],
    ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', 'x', 'explicit buckets are used.'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', 'so it is ignored.'],
    ['OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'true', 'so it is ignored.'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', 'so it is ignored.'],
    ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '-1', 'so it is ignored.'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '1e12', 'so it is ignored.'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '60s', '60000 is used.'],
    // A timer of this length fires at once, for ever.
    ['OTEL_METRIC_EXPORT_INTERVAL', '1e12', '60000 is used.'],
    ['OTEL_METRIC_EXPORT_TIMEOUT', '90000', '60000 is used.'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'many', '2048 is used.'],
    ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '5000', '2048 is used.'],
    ['OTEL_BLRP_SCHEDULE_DELAY', '-5', '1000 is used.'],
    ['OTEL_TRACES_SAMPLER', 'sometimes', 'parentbased_always_on is used.'],
    ['OTEL_TRACES_SAMPLER_ARG', '5', '1 is used.'],
    ['OTEL_METRICS_EXPORTER', 'oltp', 'otlp is used.'],
    ['OTEL_SDK_DISABLED', '1', 'OpenTelemetry stays on.'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http', 'http/protobuf is used.'],
  ])('%s=%s is told in one sentence that says what is used', (name, value, used) => {
    const notes = notesOf({ [name]: value });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`${name}=${value} `);
    expect(notes[0]?.endsWith(used)).toBe(true);
  });

  it('is nothing when all of it makes sense', () => {
    expect(
      notesOf({
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
        OTEL_METRIC_EXPORT_INTERVAL: '10000',
        OTEL_BSP_SCHEDULE_DELAY: '0',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_SDK_DISABLED: 'False',
        OTEL_EXPORTER_OTLP_HEADERS: '',
        OTEL_EXPORTER_OTLP_ENDPOINT: ' ',
      }),
    ).toEqual([]);
  });

  it('is a certificate that can’t be read or is none', () => {
    const base = { [BASE]: 'https://collector' };
    expect(notesOf({ ...base, OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such.pem' })).toEqual([
      "OTEL_EXPORTER_OTLP_CERTIFICATE=/no/such.pem can't be read (ENOENT), so connections are made without it.",
    ]);
    const client = { ...base, OTEL_EXPORTER_OTLP_CLIENT_KEY: import.meta.filename };
    expect(notesOf(client)).toEqual([
      'OTEL_EXPORTER_OTLP_CLIENT_KEY is of no use without OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: set both.',
      expect.stringContaining('is no PEM file'),
    ]);
  });
});

describe('register', () => {
  const servers = startServers();
  const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`;

  it('leaves the application alone where an endpoint is no address', async () => {
    const { code, stdout, stderr } = await servers.run(`${APP} ${PRINT_CHECK}`, {
      env: { [BASE]: 'localhost:4318', OTEL_TRACES_SAMPLER: 'often' },
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^costspan: watching .*traces are exported nowhere; metrics are off\. /u,
    );
    expect(stderr.match(/has no http:\/\/ or https:\/\/ in front/gu)).toHaveLength(1);
    expect(stderr).toContain('OTEL_TRACES_SAMPLER=often is not known');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('null');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'active' });
  });

  it('sends the other headers where one is none', async () => {
    const { code, stderr } = await servers.run(APP, {
      env: { [HEADERS]: `bad name=${SECRET},x-tenant=blue`, OTEL_METRICS_EXPORTER: 'none' },
    });
    expect(code).toBe(0);
    expect(stderr).toContain('in its first entry characters in its name');
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.exports[0]?.headers).toMatchObject({ 'x-tenant': 'blue' });
    expect(servers.sink.exports[0]?.headers).not.toHaveProperty('bad name');
  });

  it('says nothing of its exporters where the application has its own', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai';
      import { metrics, trace } from '@opentelemetry/api';
      import { TracerProvider } from '@opentelemetry/sdk-trace';
      import { MeterProvider } from '@opentelemetry/sdk-metrics';
      trace.setGlobalTracerProvider(new TracerProvider());
      metrics.setGlobalMeterProvider(new MeterProvider());
      ${CALL}`,
      { env: { [BASE]: 'localhost:4318', OTEL_LOGS_EXPORTER: 'none' } },
    );
    expect(stderr).not.toContain('in front');
  });
});
