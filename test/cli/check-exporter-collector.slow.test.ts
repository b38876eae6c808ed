import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkExporter } from '../../cli/doctor/check-exporter.ts';
import { freePorts, runCollector } from '../grafana/collector.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { certificate } from '../support/receiver.ts';
import type { RunningProgram } from '../support/run-program.ts';

const tls = { cert_file: certificate('server'), key_file: certificate('server', 'key') };
const TRUSTED = { OTEL_EXPORTER_OTLP_CERTIFICATE: certificate('server') };
const GRPC = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const CLIENT = {
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificate('server'),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: certificate('server', 'key'),
};
const PORTS = ['http', 'grpc', 'https', 'grpcs', 'mutual'] as const;

describeWithPrograms('the doctor at a real Collector', ['collector'], ({ collector }) => {
  let program: RunningProgram;
  const ports: Record<string, number> = {};
  beforeAll(async () => {
    const free = await freePorts(PORTS.length);
    for (const [index, name] of PORTS.entries()) ports[name] = free[index] ?? 0;
    const at = (name: (typeof PORTS)[number]) => ({ endpoint: `127.0.0.1:${ports[name]}` });
    program = await runCollector(collector, {
      receivers: {
        otlp: { protocols: { http: at('http'), grpc: at('grpc') } },
        'otlp/tls': { protocols: { http: { ...at('https'), tls }, grpc: { ...at('grpcs'), tls } } },
        'otlp/mutual': {
          protocols: {
            http: { ...at('mutual'), tls: { ...tls, client_ca_file: certificate('server') } },
          },
        },
      },
      exporters: { otlp_http: { endpoint: 'http://127.0.0.1:9' } },
      service: {
        pipelines: {
          traces: { receivers: ['otlp', 'otlp/tls', 'otlp/mutual'], exporters: ['otlp_http'] },
        },
      },
    });
  });
  afterAll(() => program[Symbol.asyncDispose]());

  test.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    ['http', 'http', {}, /^ok: /],
    ['http', 'http', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, /^ok: /],
    ['http', 'http', { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, /^ok: /],
    ['grpc', 'http', GRPC, /^ok: /],
    ['grpc', 'http', {}, /^fail: .*HTTP\/2 alone/],
    ['http', 'http', GRPC, /^fail: .*does not speak gRPC/],
    ['https', 'https', TRUSTED, /^ok: /],
    ['https', 'https', {}, /^fail: .*nobody who is trusted here/],
    ['https', 'http', {}, /^fail: .*wants TLS; write https:/],
    ['http', 'https', TRUSTED, /^fail: .*does not speak TLS; write http:/],
    ['grpcs', 'https', { ...TRUSTED, ...GRPC }, /^ok: /],
    ['grpcs', 'https', TRUSTED, /^fail: .*HTTP\/2 alone/],
    ['grpcs', 'http', {}, /^fail: .*HTTP\/2 alone/],
    ['grpcs', 'http', GRPC, /^fail: .*wants TLS/],
    ['grpc', 'https', GRPC, /^fail: .*does not speak TLS/],
    ['https', 'https', { ...TRUSTED, ...GRPC }, /^fail: .*does not speak gRPC/],
    ['mutual', 'https', TRUSTED, /^fail: .*wants a certificate of the client/],
    ['mutual', 'https', { ...TRUSTED, ...CLIENT }, /^ok: /],
  ])('its port %s asked by %s with %j', async (port, scheme, env, verdict) => {
    const { checks } = await checkExporter({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${scheme}://127.0.0.1:${ports[port]}`,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    });
    const row = checks.find(({ name }) => name === 'Export of traces');
    expect(`${row?.status}: ${row?.found}`).toMatch(verdict);
  });

  test('takes no logs where it has no pipeline for them, which is no failure', async () => {
    const { checks } = await checkExporter({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports['http']}`,
    });
    expect(checks.find(({ name }) => name === 'Export of logs')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('or switch logs off by OTEL_LOGS_EXPORTER=none'),
    });
  });
});
