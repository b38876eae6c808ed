import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { certificate, startReceiver } from '../support/receiver.ts';
import { startChild } from '../support/run-child.ts';
import { CALL, callSpans, startServers } from './harness.ts';

const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`;
const TAKEN = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
/** What people see of costspan, without its start line. */
const QUIET = { COSTSPAN_LOG: 'warn' };

/** A primary that does something once its only worker has made a call. */
const cluster = (primary: string): string => `import cluster from 'node:cluster';
    if (cluster.isPrimary) {
      const worker = cluster.fork();
      worker.on('message', () => { ${primary} });
    } else {
      await import('costspan/register'); const { default: OpenAI } = await import('openai');
      ${CALL} setInterval(() => {}, 1000); process.send('called');
    }`;

describe('what is sent in the last moment', () => {
  const servers = startServers();

  it('is what flushTelemetry() has not sent already', async () => {
    const files = { 'costspan.yaml': 'ledger: { mode: events }' };
    await servers.run(
      `${APP} const { flushTelemetry } = await import('costspan'); await flushTelemetry(); process.exit();`,
      { files },
    );
    expect(servers.sink.exports.map((each) => each.signal).toSorted()).toEqual([
      'logs',
      'metrics',
      'traces',
    ]);
  });

  it('is every call since, and each once', async () => {
    const files = { 'costspan.yaml': 'ledger: { mode: events }' };
    await servers.run(
      `${APP} const { flushTelemetry } = await import('costspan'); await flushTelemetry();
       ${CALL} ${CALL} process.exit();`,
      { files },
    );
    const { sink } = servers;
    expect(callSpans(sink)).toHaveLength(3);
    expect(new Set(sink.spans.map((span) => span.spanId)).size).toBe(sink.spans.length);
    expect(sink.logs.map((log) => log.eventName)).toEqual(Array(3).fill('costspan.call'));
    expect(sink.metricValue('costspan.calls')).toBe(3);
  });

  it('is a call whose answer is still being read, too', async () => {
    await servers.run(`import 'costspan/register'; import OpenAI from 'openai';
      const stream = await new OpenAI().chat.completions.create({
        model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] });
      for await (const chunk of stream) process.exit();`);
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(
      1,
    );
  });

  it('is what was measured since the last collection, with delta temporality', async () => {
    await servers.run(
      `${APP} const { flushTelemetry } = await import('costspan'); await flushTelemetry();
       ${CALL} process.exit();`,
      { env: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' } },
    );
    const calls = servers.sink.exports.filter((each) => each.signal === 'metrics');
    expect(calls).toHaveLength(2);
    expect(JSON.stringify(calls[1]?.body)).toContain('costspan.calls');
  });

  it('is what instruments of the application have measured', async () => {
    await servers.run(
      `${APP} import { metrics } from '@opentelemetry/api';
       const meter = metrics.getMeter('app');
       meter.createCounter('app.counter').add(2);
       meter.createHistogram('app.histogram').record(3);
       meter.createObservableGauge('app.gauge').addCallback((result) => result.observe(4, { of: 'a' }));
       meter.createObservableCounter('app.failing').addCallback(() => { throw new Error('boom'); });
       process.exit();`,
    );
    const values = ['app.counter', 'app.histogram', 'app.gauge'].map((name) =>
      servers.sink.metricValue(name),
    );
    expect(values).toEqual([2, 3, 4]);
  });

  it('is an export whose answer is outstanding', async () => {
    await using receiver = await startReceiver('silence');
    const child = startChild(
      `${APP} process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000);`,
      {
        env: {
          ...servers.env,
          ...QUIET,
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_BSP_SCHEDULE_DELAY: '1',
        },
      },
    );
    await receiver.received(1);
    receiver.answer = TAKEN;
    child.process.kill('SIGTERM');
    expect(await child.done).toEqual({ code: 3, signal: null, stdout: '', stderr: '' });
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.requests[1]?.body).toEqual(receiver.requests[0]?.body);
  });

  it('goes the way that the variables name: TLS, client certificate, headers, gzip, JSON', async () => {
    const seen: { authorized: boolean; key: unknown; path: string; names: string }[] = [];
    const server = createServer(
      {
        key: readFileSync(certificate('server', 'key')),
        cert: readFileSync(certificate('server')),
        ca: readFileSync(certificate('elsewhere')),
        requestCert: true,
      },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { authorized } = request.socket as unknown as { readonly authorized: boolean };
          const names = gunzipSync(Buffer.concat(chunks)).toString();
          const { 'x-key': key } = request.headers;
          seen.push({ authorized, key, path: request.url ?? '', names });
          response.writeHead(200, TAKEN.headers).end('{}');
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { stderr } = await servers.run(`${APP} process.exit();`, {
      env: {
        ...QUIET,
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${port}/base`,
        OTEL_EXPORTER_OTLP_CERTIFICATE: certificate('server'),
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificate('elsewhere'),
        OTEL_EXPORTER_OTLP_CLIENT_KEY: certificate('elsewhere', 'key'),
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      },
    });
    expect(stderr).toBe('');
    const byPath = new Map(seen.map((each) => [each.path, each]));
    expect(byPath.get('/base/v1/traces')).toMatchObject({ authorized: true, key: 'secret' });
    expect(byPath.get('/base/v1/metrics')?.names).toContain('"costspan.calls"');
  });

  it('is tried again where a receiver asks for it', async () => {
    await using receiver = await startReceiver({ status: 503, headers: { 'retry-after': '0' } });
    const child = startChild(`${APP} process.exit();`, {
      env: {
        ...servers.env,
        ...QUIET,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    await receiver.received(2);
    receiver.answer = TAKEN;
    const { code, stderr } = await child.done;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('what cannot be sent', () => {
  const servers = startServers();

  it.each([
    ['hangs', 'silence', 'no answer came in time', '400'],
    ['refuses', { status: 404 }, 'it takes no traces at that path (HTTP 404)', undefined],
    ['closes each connection', 'close', 'the connection was closed without an answer', undefined],
  ] as const)('is told once where the receiver %s', async (_how, answer, reason, limit) => {
    await using receiver = await startReceiver(answer);
    const { code, stderr } = await servers.run(`${APP} ${CALL} process.exit(3);`, {
      env: {
        ...QUIET,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
        OTEL_EXPORTER_OTLP_TIMEOUT: limit,
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    expect(code).toBe(3);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringContaining(reason),
      'costspan: the process ended with 2 calls unsent, because nothing took it in time.',
    ]);
  });

  it('is told where only the loop could send it, with what to call', async () => {
    const files = {
      'node_modules/@opentelemetry/sdk-node/package.json': `{"name":"@opentelemetry/sdk-node","exports":"./index.js","type":"module"}`,
      // Stands in for the real one, which registers providers by the environment.
      'node_modules/@opentelemetry/sdk-node/index.js': `
        import { metrics, trace } from '@opentelemetry/api';
        import { TracerProvider } from '@opentelemetry/sdk-trace';
        import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
        export class NodeSDK {
          start() {
            const exporter = new InMemoryMetricExporter(1);
            metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] }));
            trace.setGlobalTracerProvider(new TracerProvider({}));
          }
        }`,
    };
    const env = { ...QUIET, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const unsent = await servers.run(`${APP} process.exit();`, { env, files });
    expect(unsent.stderr).toBe(
      'costspan: the process ended with 1 call unsent, because exporters of the full OpenTelemetry SDK ' +
        'send only while the loop turns: call `await flushTelemetry()` before process.exit().\n',
    );
    for (const end of [
      '',
      `const { flushTelemetry } = await import('costspan'); await flushTelemetry(); process.exit();`,
      `process.once('SIGTERM', () => process.kill(process.pid, 'SIGTERM'));
       process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`,
    ]) {
      expect((await servers.run(`${APP} ${end}`, { env, files })).stderr).toBe('');
    }
  });

  it("is told where it is the application's own OpenTelemetry's to send", async () => {
    const own = `import { metrics } from '@opentelemetry/api';
      import { InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
      const exporter = new InMemoryMetricExporter(1);
      const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
      metrics.setGlobalMeterProvider(provider);`;
    const env = { ...QUIET, OTEL_TRACES_EXPORTER: 'none' };
    const unsent = await servers.run(`${own} ${APP} process.exit();`, { env });
    expect(unsent.stderr).toBe(
      "costspan: the process ended with 1 call unsent, because the application's own OpenTelemetry was " +
        'not flushed: call shutdown() or forceFlush() of its meter provider before the process ends.\n',
    );
    const flushed = await servers.run(`${own} ${APP} await provider.shutdown(); process.exit();`, {
      env,
    });
    expect(flushed.stderr).toBe('');
  });

  it('is not told to whoever wants no line', async () => {
    const { stderr } = await servers.run(`${APP} process.exit();`, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', COSTSPAN_LOG: 'off' },
    });
    expect(stderr).toBe('');
  });
});

describe('the end of a part', () => {
  const servers = startServers();
  it.each([
    ['when the primary ends first', 'process.exit();'],
    ['when the primary is killed', `process.kill(process.pid, 'SIGKILL');`],
    ['when the primary kills it', 'worker.kill();'],
    ['when the primary kills it by a signal', `worker.process.kill('SIGINT');`],
  ])('of a cluster is sent %s', async (_how, primary) => {
    await servers.run(cluster(primary));
    await servers.sink.waitFor(
      (sink) => callSpans(sink).length > 0 && sink.metricValue('costspan.calls') !== undefined,
    );
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('of a cluster is sent when it is disconnected', async () => {
    await servers.run(cluster('worker.disconnect();').replace('setInterval(() => {}, 1000);', ''));
    await servers.sink.waitFor((sink) => sink.metricValue('costspan.calls') !== undefined);
    expect(callSpans(servers.sink)).toHaveLength(1);
  });

  it.each([
    ['by process.exit()', 'process.exit();'],
    ['by an error', `throw new Error('boom');`],
    ['by itself', ''],
  ])('is sent when a thread ends %s', async (_how, end) => {
    await servers.run(
      `import { Worker } from 'node:worker_threads';
       new Worker(new URL('./thread.mjs', import.meta.url)).on('error', () => {});`,
      { files: { 'thread.mjs': `${APP} ${end}` } },
    );
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });
});
