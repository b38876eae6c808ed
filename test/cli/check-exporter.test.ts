import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkExporter } from '../../cli/doctor/check-exporter.ts';
import {
  type Answer,
  certificate,
  closedPort,
  startHttp2Receiver,
  startReceiver,
  startSilentServer,
} from '../support/receiver.ts';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const GRPC = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const SECRET = 'hunter2-hunter2';
const OFF = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
};

async function rowsOf(env: Record<string, string>, name: string, deadlineMs?: number) {
  const { checks } = await checkExporter(env, deadlineMs);
  for (const { found } of checks) expect(found).not.toContain(SECRET);
  return checks.filter((found) => found.name === name);
}

/** The row of traces alone, so that one request is made. */
async function tracesRow(env: Record<string, string>, deadlineMs?: number) {
  const { OTEL_TRACES_EXPORTER: _, ...others } = OFF;
  const [row] = await rowsOf({ ...others, ...env }, 'Export of traces', deadlineMs);
  return row;
}

const ca = (name: 'server' | 'elsewhere') => ({
  OTEL_EXPORTER_OTLP_CERTIFICATE: certificate(name),
});

const at = (port: number, scheme = 'http') => ({ [ENDPOINT]: `${scheme}://127.0.0.1:${port}` });

describe('an empty request of each signal', () => {
  test.each([
    ['http/protobuf', 'application/x-protobuf', ''],
    ['http/json', 'application/json', '{}'],
  ])(
    'goes out over %s with the headers and compression asked for',
    async (protocol, type, body) => {
      await using receiver = await startReceiver({ status: 200 });
      const { checks, targets } = await checkExporter({
        OTEL_SERVICE_NAME: 'shop',
        [ENDPOINT]: `http://me:${SECRET}@127.0.0.1:${receiver.port}/base/?key=${SECRET}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
      });
      const shown = `http://127.0.0.1:${receiver.port}/base/v1`;
      expect(checks).toEqual([
        { name: 'Service name', status: 'ok', found: 'shop' },
        { name: 'Export of traces', status: 'ok', found: `${protocol} to ${shown}/traces` },
        { name: 'Export of metrics', status: 'ok', found: `${protocol} to ${shown}/metrics` },
        { name: 'Export of logs', status: 'ok', found: `${protocol} to ${shown}/logs` },
      ]);
      expect(targets[1]).toEqual({
        signal: 'metrics',
        exporter: 'otlp',
        protocol,
        endpoint: `${shown}/metrics`,
        answer: 'taken',
      });
      expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(
        new Set(['logs', 'metrics', 'traces'].map((signal) => `/base/v1/${signal}?key=${SECRET}`)),
      );
      for (const { method, path, headers, body: sent } of receiver.requests) {
        const isZipped = path?.includes('traces') === true;
        expect([method, headers['content-type'], headers['x-tenant']]).toEqual([
          'POST',
          type,
          'blue',
        ]);
        expect((isZipped ? gunzipSync(sent) : sent).toString()).toBe(body);
      }
    },
  );

  test.each<[Answer, string, RegExp]>([
    [{ status: 202 }, 'ok', /^http\/protobuf to /],
    [
      { status: 401 },
      'fail',
      /wants credentials, and none are sent \(HTTP 401\); set OTEL_EXPORTER_OTLP_HEADERS/,
    ],
    [{ status: 403 }, 'fail', /HTTP 403/],
    [
      { status: 404 },
      'fail',
      /takes no traces at that path.*OTEL_EXPORTER_OTLP_ENDPOINT, the base/,
    ],
    [{ status: 405 }, 'fail', /takes no traces at that path/],
    [{ status: 415 }, 'fail', /set OTEL_EXPORTER_OTLP_PROTOCOL=http\/json/],
    [{ status: 400, body: 'The plain HTTP request was sent to HTTPS port' }, 'fail', /write https/],
    [{ status: 308, headers: { location: 'https://x' } }, 'fail', /redirects/],
    [{ status: 429 }, 'warn', /HTTP 429/],
    [{ status: 503 }, 'warn', /HTTP 503/],
    [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'fail',
      /answers with text\/html, which no receiver of OTLP does/,
    ],
    ['close', 'warn', /closed without an answer/],
  ])('is judged by its answer %j', async (answer, status, found) => {
    await using receiver = await startReceiver(answer);
    expect(await tracesRow(at(receiver.port))).toMatchObject({
      status,
      found: expect.stringMatching(found),
    });
  });

  test('says that credentials are refused where some are sent', async () => {
    await using receiver = await startReceiver({ status: 401 });
    const row = await tracesRow({
      ...at(receiver.port),
      OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`,
    });
    expect(row?.found).toContain('refuses the credentials sent');
  });

  test('fails for no logs, which many set-ups leave out', async () => {
    await using receiver = await startReceiver({ status: 404 });
    const [row] = await rowsOf(
      { ...OFF, OTEL_LOGS_EXPORTER: 'otlp', ...at(receiver.port) },
      'Export of logs',
    );
    expect(row?.status).toBe('warn');
    expect(row?.found).toContain('OTEL_LOGS_EXPORTER=none');
  });

  test('finds nobody at a closed port, and mentions a proxy', async () => {
    const env = at(await closedPort());
    expect(await tracesRow(env)).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/nothing listens there \(ECONNREFUSED\); .*\.$/),
    });
    const row = await tracesRow({ ...env, HTTPS_PROXY: `http://me:${SECRET}@proxy:3128` });
    expect(row?.found).toContain('HTTPS_PROXY is set, and exporters of OpenTelemetry go past');
  });

  test.each(['http/protobuf', 'grpc'])(
    'waits no longer than its deadline over %s',
    async (protocol) => {
      const { port, close } = await startSilentServer();
      onTestFinished(close);
      const env = { ...at(port), OTEL_EXPORTER_OTLP_PROTOCOL: protocol };
      expect(await tracesRow(env, 100)).toMatchObject({
        status: 'warn',
        found: expect.stringContaining('no answer came in time'),
      });
    },
  );

  test('waits no longer for an answer that never ends', async () => {
    await using receiver = await startReceiver('silence');
    expect((await tracesRow(at(receiver.port), 100))?.found).toContain('no answer came in time');
  });

  test('knows the port of gRPC', async () => {
    await using receiver = await startHttp2Receiver();
    expect(await tracesRow(at(receiver.port))).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/HTTP\/2 alone.*4318.*OTEL_EXPORTER_OTLP_PROTOCOL=grpc/),
    });
  });

  test('knows TLS from plain HTTP, and who is trusted', async () => {
    await using tls = await startReceiver({ status: 200 }, { tls: 'server' });
    await using elsewhere = await startReceiver({ status: 200 }, { tls: 'elsewhere' });
    await using plain = await startReceiver({ status: 200 });
    const found = async (env: Record<string, string>) => (await tracesRow(env))?.found;
    expect(await found(at(tls.port, 'https'))).toContain('OTEL_EXPORTER_OTLP_CERTIFICATE');
    expect(await found({ ...at(tls.port, 'https'), ...ca('elsewhere') })).toContain('trusted');
    expect(await found({ ...at(elsewhere.port, 'https'), ...ca('elsewhere') })).toContain(
      'for another name',
    );
    expect(await found(at(plain.port, 'https'))).toContain('does not speak TLS');
    expect(await found(at(tls.port))).toMatch(/TLS/);
    const good = await tracesRow({ ...at(tls.port, 'https'), ...ca('server') });
    expect(good?.status).toBe('ok');
  });
});

describe('over gRPC', () => {
  test.each([
    [0, 'ok', /^grpc to http:\/\/127\.0\.0\.1:\d+$/],
    [16, 'fail', /wants credentials.*gRPC status 16/],
    [12, 'fail', /takes no traces/],
    [14, 'warn', /takes no more/],
  ])('the status %i is judged', async (grpcStatus, status, found) => {
    await using receiver = await startHttp2Receiver(grpcStatus);
    expect(await tracesRow({ ...at(receiver.port), ...GRPC })).toMatchObject({
      status,
      found: expect.stringMatching(found),
    });
    expect(receiver.requests[0]).toMatchObject({
      path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      body: Buffer.alloc(5),
    });
  });

  test('a port of HTTP is known', async () => {
    await using receiver = await startReceiver({ status: 200 });
    expect(await tracesRow({ ...at(receiver.port), ...GRPC })).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/does not speak gRPC.*4317.*http\/protobuf/),
    });
  });

  test('nobody at the port is no gRPC fault', async () => {
    const row = await tracesRow({ ...at(await closedPort()), ...GRPC });
    expect(row).toMatchObject({ status: 'warn', found: expect.stringContaining('ECONNREFUSED') });
  });
});

test.each<[Record<string, string>, string, string, RegExp]>([
  [{}, 'Export of traces', 'warn', /Switched off/],
  [{}, 'Export of logs', 'info', /Switched off/],
  [{ OTEL_METRICS_EXPORTER: 'console' }, 'Export of metrics', 'ok', /"console"/],
  [
    { [ENDPOINT]: 'collector:4318', OTEL_TRACES_EXPORTER: 'otlp' },
    'Export of traces',
    'fail',
    /^OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 has no http.*; until then traces are not exported\.$/,
  ],
  [
    { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true', [ENDPOINT]: 'http://h/v1/traces' },
    'OTEL_* variables',
    'warn',
    /leave \/v1\/… out/,
  ],
  [{ OTEL_TRACES_SAMPLER: 'often' }, 'OTEL_* variables', 'warn', /OTEL_TRACES_SAMPLER=often/],
  [{ OTEL_SDK_DISABLED: 'true' }, 'OTEL_SDK_DISABLED', 'warn', /nothing is exported/],
  [{ COSTSPAN_DISABLED: 'true' }, 'COSTSPAN_DISABLED', 'warn', /does nothing/],
  [{ OTEL_SERVICE_NAME: '' }, 'Service name', 'warn', /OTEL_SERVICE_NAME/],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=b,service.name=shop' }, 'Service name', 'ok', /^shop$/],
])('%j', async (env, name, status, found) => {
  expect(await rowsOf({ ...OFF, ...env }, name)).toContainEqual({
    name,
    status,
    found: expect.stringMatching(found),
  });
});
