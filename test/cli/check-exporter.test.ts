import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkExporter, exportTargets } from '../../cli/doctor/check-exporter.ts';

function listen(): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => new Promise((done) => void server.close(() => done())),
      });
    });
  });
}

/** A port where something listens, and one where nothing does. */
async function ports(): Promise<{ open: number; closed: number }> {
  const open = await listen();
  onTestFinished(open.close);
  const closed = await listen();
  await closed.close();
  return { open: open.port, closed: closed.port };
}

const statusOf = async (env: Record<string, string>, name: string) =>
  (await checkExporter(env)).find((found) => found.name === name);

test('an endpoint that answers is fine, one that does not is a warning', async () => {
  const { open, closed } = await ports();
  const checks = await checkExporter({
    OTEL_SERVICE_NAME: 'shop',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${open}/`,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${closed}/m`,
  });
  expect(checks).toEqual([
    { name: 'Service name', status: 'ok', found: 'shop' },
    {
      name: 'Export of traces',
      status: 'ok',
      found: `http/protobuf to http://127.0.0.1:${open}/v1/traces`,
    },
    {
      name: 'Export of metrics',
      status: 'warn',
      found: `http/protobuf to http://127.0.0.1:${closed}/m, which does not answer from here: ECONNREFUSED.`,
    },
  ]);
});

test('a user, a password and a query are not repeated', () => {
  const targets = exportTargets({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://user:hunter2@otel.example/v1/traces?key=hunter2',
  });
  expect(targets[0]?.endpoint).toBe('https://otel.example/v1/traces');
});

test.each<[Record<string, string>, string, string, RegExp]>([
  [{ OTEL_TRACES_EXPORTER: 'none' }, 'Export of traces', 'warn', /Switched off/],
  [{ OTEL_METRICS_EXPORTER: 'console' }, 'Export of metrics', 'ok', /"console"/],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'Export of traces', 'fail', /not an http/],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9/v1/traces' },
    'Export of metrics',
    'fail',
    /path twice/,
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' },
    'Export of traces',
    'warn',
    /OTLP over gRPC/,
  ],
  [{ OTEL_SDK_DISABLED: 'true' }, 'OTEL_SDK_DISABLED', 'warn', /nothing is exported/],
  [{ COSTSPAN_DISABLED: 'true' }, 'COSTSPAN_DISABLED', 'warn', /does nothing/],
  [{ OTEL_SERVICE_NAME: '' }, 'Service name', 'warn', /OTEL_SERVICE_NAME/],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=b,service.name=shop' }, 'Service name', 'ok', /^shop$/],
])('%j', async (env, name, status, found) => {
  const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' };
  const isAboutExport = name.startsWith('Export');
  expect(await statusOf(isAboutExport ? env : { ...off, ...env }, name)).toMatchObject({
    status,
    found: expect.stringMatching(found),
  });
});
