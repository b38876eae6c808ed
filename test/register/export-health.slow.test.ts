import { describe, expect, it, onTestFinished } from 'vitest';
import { ExportHealth } from '../../instrumentation/register/export-health.ts';
import { diagnose, exportTarget } from '../../instrumentation/register/export-failure.ts';
import type { Signal } from '../../instrumentation/register/otlp-settings.ts';
import {
  certificate,
  closedPort,
  startHttp2Receiver,
  startReceiver,
  startSilentServer,
} from '../support/receiver.ts';
import { startChild } from '../support/run-child.ts';
import { CALL, startServers } from './harness.ts';

const SECRET = 'hunter2-hunter2';
const endpoint = {
  url: `http://me:${SECRET}@collector:4318/v1/traces?key=${SECRET}`,
  shown: 'http://collector:4318/v1/traces',
  variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
};
const REFUSED = { code: 'ECONNREFUSED' };
const targetOf = (signal: Signal) =>
  exportTarget(signal, 'http/protobuf', endpoint, {
    headers: { authorization: `Bearer ${SECRET}` },
  });

/** The first bytes of an answer that is no HTTP. */
function answer(...bytes: number[]): Uint8Array {
  return Uint8Array.from([...bytes, ...Array.from({ length: 9 }, () => 0)]);
}

const trusted = (name: 'server' | 'elsewhere') => ({
  OTEL_EXPORTER_OTLP_CERTIFICATE: certificate(name),
});

function watchExports(signal: Signal = 'traces', losesItems = true) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const health = new ExportHealth({
    target: targetOf(signal),
    losesItems,
    tell: (line) => lines.push(line),
    now: () => clock.ms,
  });
  return { health, lines, clock };
}

describe('ExportHealth', () => {
  it('tells of the first failure at once where nothing has ever worked, and then no more', () => {
    const { health, lines } = watchExports();
    for (let attempt = 0; attempt < 5; attempt += 1) health.requestFailed(REFUSED);
    health.exportFailed(3, {});
    health.exportFailed(2, REFUSED);
    expect(lines).toEqual([
      'traces do not reach http://collector:4318/v1/traces: nothing listens there (ECONNREFUSED); start the Collector or correct OTEL_EXPORTER_OTLP_ENDPOINT.',
    ]);
  });

  it('tells how long it lasted and what was lost', () => {
    const { health, lines, clock } = watchExports();
    health.requestFailed(REFUSED);
    health.exportFailed(3, {});
    clock.ms = 47_000;
    health.exportSucceeded();
    health.exportSucceeded();
    expect(lines[1]).toBe(
      'traces reach http://collector:4318/v1/traces again after 47 seconds; 3 spans were lost.',
    );
    expect(lines).toHaveLength(2);
  });

  it.each([
    ['traces', true, 'nothing was lost.'],
    ['metrics', false, 'their sums are cumulative, so nothing was lost.'],
  ] as const)('knows when nothing of %s was lost', (signal, losesItems, end) => {
    const { health, lines } = watchExports(signal, losesItems);
    health.requestFailed(REFUSED);
    if (!losesItems) health.exportFailed(1, {});
    health.exportSucceeded();
    expect(lines[1]?.endsWith(end)).toBe(true);
  });

  it('says that delta metrics of failed exports are lost', () => {
    const { health, lines } = watchExports('metrics', true);
    health.exportFailed(1, { status: 500 });
    health.exportFailed(1, { status: 500 });
    health.exportSucceeded();
    expect(lines[1]).toContain('what 2 exports held is lost.');
  });

  it('says nothing of a retry that mends it, once exports have worked', () => {
    const { health, lines } = watchExports();
    health.exportSucceeded();
    health.requestFailed({ status: 503 });
    health.exportSucceeded();
    expect(lines).toEqual([]);
    health.requestFailed({ status: 503 });
    health.exportFailed(1, {});
    expect(lines).toEqual([expect.stringContaining('HTTP 503')]);
  });

  it('waits for no retry when the process ends', () => {
    const { health, lines } = watchExports();
    health.exportSucceeded();
    health.requestFailed(REFUSED);
    expect(lines).toEqual([]);
    health.isEnding = true;
    expect(lines).toHaveLength(1);
  });

  it('tells once more when what did not answer begins to refuse', () => {
    const { health, lines } = watchExports();
    health.requestFailed(REFUSED);
    health.exportFailed(1, { status: 401 });
    health.requestFailed(REFUSED);
    health.exportFailed(1, { status: 401 });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('HTTP 401');
  });

  it('is no flood where failure and success alternate, and loses no count', () => {
    const { health, lines, clock } = watchExports();
    for (let round = 0; round < 100; round += 1) {
      health.exportFailed(1, { status: 503 });
      health.exportSucceeded();
      clock.ms += 1000;
    }
    expect(lines).toHaveLength(6);
    clock.ms += 3_600_000;
    health.exportFailed(1, { status: 503 });
    health.exportSucceeded();
    expect(lines).toHaveLength(8);
    expect(lines[7]).toContain('98 spans were lost');
  });

  it('tells of what a receiver rejects, in its words but without what it was sent', () => {
    const { health, lines } = watchExports();
    health.exportSucceeded({ items: 3, message: `no room for ${SECRET}\nat all` });
    health.exportSucceeded({ items: 3, message: 'no room' });
    health.exportSucceeded();
    expect(lines).toEqual([
      'http://collector:4318/v1/traces rejects 3 spans of a request: no room for …?at all.',
      'traces reach http://collector:4318/v1/traces again after less than a second; 6 spans were lost.',
    ]);
  });
});

it('counts rejected data points as such, and the exports that held them', () => {
  const { health, lines } = watchExports('metrics', true);
  health.exportSucceeded({ items: 1, message: '' });
  health.exportSucceeded({ items: 7, message: '' });
  health.exportSucceeded();
  expect(lines[0]).toContain('rejects 1 data point of a request; look into its own log.');
  expect(lines[1]).toContain('what 2 exports held is lost.');
});

describe('diagnose', () => {
  it.each([
    [{ code: 'ENOTFOUND' }, 'unreachable', 'no host has that name'],
    [{ code: 'ETIMEDOUT' }, 'unreachable', 'no answer came in time'],
    [{ code: 'HPE_INVALID_CONSTANT', answer: answer(0, 0, 18, 4) }, 'refused', 'HTTP/2 alone'],
    [{ code: 'HPE_INVALID_CONSTANT', answer: answer(0x15, 3, 3) }, 'refused', 'wants TLS'],
    [{ code: 'HPE_INVALID_CONSTANT', answer: answer(83, 83, 72) }, 'refused', 'not speak HTTP'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'refused', 'not valid now'],
    [{ status: 301 }, 'refused', 'redirects'],
    [{ status: 400 }, 'refused', 'refused the request (HTTP 400)'],
    [{ status: 400, body: 'Client sent an HTTP request to an HTTPS server.' }, 'refused', 'TLS'],
    [{ status: 401 }, 'refused', 'refuses the credentials sent (HTTP 401)'],
    [{ status: 404 }, 'refused', 'takes no traces at that path'],
    [{ status: 407 }, 'refused', 'a proxy'],
    [{ status: 413 }, 'refused', 'too large'],
    [{ status: 415 }, 'refused', 'does not take http/protobuf'],
    [{ status: 429 }, 'busy', 'takes no more for now'],
    [{ status: 500 }, 'busy', 'failed itself'],
    [{ message: 'Concurrent export limit reached' }, 'busy', 'slower than'],
    [{ message: 'something new' }, 'unreachable', 'something new'],
  ] as const)('knows what %o means', (failure, kind, what) => {
    const diagnosis = diagnose(failure, targetOf('traces'));
    expect(diagnosis.kind).toBe(kind);
    expect(diagnosis.what).toContain(what);
    expect(diagnosis.mend).not.toBe('');
    expect(`${diagnosis.what}${diagnosis.mend}`).not.toContain(SECRET);
  });
});

describe('register', () => {
  const servers = startServers();
  const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`;

  /** Lines on exports of traces that one call leaves, from an application that ends well. */
  async function linesOf(
    url: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> {
    const { code, stderr } = await servers.run(APP, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${SECRET}`,
        COSTSPAN_LOG: 'warn',
        ...env,
      },
    });
    expect(code).toBe(0);
    expect(stderr).not.toContain(SECRET);
    return stderr.trim().split('\n');
  }

  it.each([400, 401, 403, 404, 413, 429, 500, 503])(
    'tells of HTTP %i in one line',
    async (status) => {
      await using receiver = await startReceiver({ status });
      const url = `http://me:${SECRET}@127.0.0.1:${receiver.port}`;
      const lines = await linesOf(url);
      expect(lines).toEqual([
        expect.stringMatching(
          new RegExp(
            `^costspan: traces do not reach http://127\\.0\\.0\\.1:${receiver.port}/v1/traces: .*\\(HTTP ${status}\\); .*\\.$`,
            'u',
          ),
        ),
      ]);
      expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
    },
  );

  it('tells of a port where nothing listens, for each signal once', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const lines = await linesOf(url, { OTEL_METRICS_EXPORTER: 'otlp' });
    expect(lines.toSorted()).toEqual([
      expect.stringContaining(`metrics do not reach ${url}/v1/metrics: nothing listens there`),
      expect.stringContaining('the process ended with 1 call unsent'),
      expect.stringContaining(`traces do not reach ${url}/v1/traces: nothing listens there`),
    ]);
  });

  it('tells of a server that does not answer', async () => {
    const { port, close } = await startSilentServer();
    onTestFinished(close);
    const lines = await linesOf(`http://127.0.0.1:${port}`, { OTEL_EXPORTER_OTLP_TIMEOUT: '300' });
    expect(lines).toEqual([
      expect.stringContaining('no answer came in time'),
      expect.stringContaining('the process ended with 1 call unsent'),
    ]);
  });

  it('tells of the port of gRPC', async () => {
    await using receiver = await startHttp2Receiver();
    const lines = await linesOf(`http://127.0.0.1:${receiver.port}`);
    expect(lines).toEqual([
      expect.stringMatching(/HTTP\/2 alone.*OTEL_EXPORTER_OTLP_PROTOCOL=grpc/u),
    ]);
  });

  it('tells of a host without a name', async () => {
    const lines = await linesOf('http://collector.invalid:4318');
    expect(lines).toEqual([expect.stringMatching(/(?:no host has that name|looked up)/u)]);
  });

  it('tells what is wrong with TLS', async () => {
    await using receiver = await startReceiver({ status: 200 }, { tls: 'server' });
    await using elsewhere = await startReceiver({ status: 200 }, { tls: 'elsewhere' });
    await using plain = await startReceiver({ status: 200 });
    const [unknown, other, noTls, tls, good] = await Promise.all([
      linesOf(`https://127.0.0.1:${receiver.port}`),
      linesOf(`https://127.0.0.1:${elsewhere.port}`, trusted('elsewhere')),
      linesOf(`https://127.0.0.1:${plain.port}`),
      linesOf(`http://127.0.0.1:${receiver.port}`),
      linesOf(`https://127.0.0.1:${receiver.port}`, trusted('server')),
    ]);
    expect(unknown).toEqual([expect.stringContaining('nobody who is trusted here')]);
    expect(other).toEqual([expect.stringContaining('for another name')]);
    expect(noTls).toEqual([expect.stringContaining('does not speak TLS')]);
    expect(tls).toEqual([expect.stringMatching(/TLS/u)]);
    expect(good).toEqual(['']);
  });

  it.each([
    [
      'http/protobuf',
      Uint8Array.from([0x0a, 0x08, 0x08, 0x02, 0x12, 0x04, ...Buffer.from('full')]),
    ],
    ['http/json', '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"full"}}'],
  ])('tells of a partial success over %s', async (protocol, body) => {
    await using receiver = await startReceiver({ status: 200, body });
    const lines = await linesOf(`http://127.0.0.1:${receiver.port}`, {
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    });
    expect(lines).toEqual([
      expect.stringContaining('/v1/traces rejects 2 spans of a request: full.'),
    ]);
  });

  it('tells when it works again, and what was lost', async () => {
    await using receiver = await startReceiver({ status: 401 });
    const stop = new AbortController();
    const child = startChild(`${APP} setInterval(async () => { ${CALL} }, 20);`, {
      env: {
        ...servers.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.port}`,
        OTEL_BSP_SCHEDULE_DELAY: '10',
        OTEL_METRIC_EXPORT_INTERVAL: '20',
        OTEL_METRIC_EXPORT_TIMEOUT: '20',
      },
      signal: stop.signal,
    });
    await child.printed(/traces do not reach/u);
    await child.printed(/metrics do not reach/u);
    receiver.answer = { status: 200 };
    await child.printed(/traces reach .* again after .*; \d+ spans? (?:was|were) lost\./u);
    await child.printed(/metrics reach .* again after .*cumulative, so nothing was lost\./u);
    stop.abort();
    const { stderr } = await child.done;
    expect(stderr.match(/do not reach/gu)).toHaveLength(2);
    expect(stderr.match(/again after/gu)).toHaveLength(2);
  });

  it('leaves the exports of the application’s own providers alone', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { stderr } = await servers.run(
      `import 'costspan/register'; import OpenAI from 'openai';
      import { trace, metrics } from '@opentelemetry/api';
      import { TracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
      import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
      const exporter = new OTLPTraceExporter({ url: '${url}/v1/traces' });
      trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
      ${CALL}`,
    );
    expect(stderr).not.toContain('do not reach');
  });
});
