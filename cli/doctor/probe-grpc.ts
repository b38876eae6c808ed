import { connect, type IncomingHttpHeaders } from 'node:http2';
import {
  type Diagnosis,
  diagnose,
  exportTarget,
  wantsTls,
} from '../../instrumentation/register/export-failure.ts';
import { failureOf } from '../../instrumentation/register/watch-requests.ts';
import type { Signal } from '../../instrumentation/register/otlp-settings.ts';
import { greetTls } from './greet-tls.ts';
import { type ProbeResult, type ProbeSettings, readCertificates } from './probe-http.ts';

const SERVICES = { traces: 'trace.v1.Trace', metrics: 'metrics.v1.Metrics', logs: 'logs.v1.Logs' };

/** A message of no bytes, uncompressed. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/**
 * The same over gRPC, whose calls are requests of HTTP/2.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export async function probeGrpc(
  signal: Signal,
  settings: ProbeSettings,
  deadlineMs: number,
): Promise<ProbeResult> {
  const { url, variable } = settings.endpoint;
  const result = await send(signal, settings, deadlineMs);
  if (result !== 'no gRPC') return result;
  const isTls = url.startsWith('https:');
  return !isTls && (await greetTls(url, deadlineMs)) !== undefined
    ? wantsTls(variable)
    : noGrpc(variable);
}

function send(
  signal: Signal,
  settings: ProbeSettings,
  deadlineMs: number,
): Promise<ProbeResult | 'no gRPC'> {
  const { endpoint, headers, certificates } = settings;
  const target = exportTarget(signal, 'grpc', endpoint, settings);
  return new Promise((resolve) => {
    const finish = (result: ProbeResult | 'no gRPC'): void => {
      clearTimeout(timer);
      resolve(result);
      session?.destroy();
    };
    const failed = (error: unknown): void => {
      const failure = failureOf(error);
      const isNoTls = failure.code === 'EPROTO' && endpoint.url.startsWith('https:');
      const speaksNoHttp2 =
        !isNoTls && /^ERR_HTTP2|^EPROTO$|^ECONNRESET$/u.test(failure.code ?? '');
      finish(speaksNoHttp2 ? 'no gRPC' : diagnose(failure, target));
    };
    const timer = setTimeout(() => {
      finish(diagnose({ code: 'ETIMEDOUT' }, target));
    }, deadlineMs);
    let session: ReturnType<typeof connect> | undefined;
    try {
      session = connect(endpoint.url, readCertificates(certificates));
      session.on('error', failed);
      const stream = session.request({
        ':method': 'POST',
        ':path': `/opentelemetry.proto.collector.${SERVICES[signal]}Service/Export`,
        ...lowerCased(headers),
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let answer: IncomingHttpHeaders = {};
      stream.on('response', (response) => {
        answer = response;
      });
      stream.on('trailers', (trailers: IncomingHttpHeaders) => {
        answer = { ...answer, ...trailers };
      });
      stream.on('end', () => {
        finish(judge(answer, signal, target.hasHeaders, endpoint.variable));
      });
      stream.on('error', (error) => {
        // Of a stream that was cancelled: why its session came to nothing.
        failed(error.cause ?? error);
      });
      stream.resume().end(EMPTY_MESSAGE);
    } catch (error) {
      failed(error);
    }
  });
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function noGrpc(variable: string): Diagnosis {
  return {
    kind: 'refused',
    what: 'what listens there does not speak gRPC',
    mend: `write its port for gRPC, usually 4317, in ${variable} or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
  };
}

/** @see https://grpc.io/docs/guides/status-codes/ */
function judge(
  answer: IncomingHttpHeaders,
  signal: Signal,
  hasHeaders: boolean,
  variable: string,
): ProbeResult | 'no gRPC' {
  if (answer['grpc-status'] === undefined) return 'no gRPC';
  const status = Number(answer['grpc-status']);
  const refused = (what: string, mend: string): Diagnosis => ({
    kind: 'refused',
    what: `${what} (gRPC status ${status})`,
    mend,
  });
  switch (status) {
    case 0:
      return undefined;
    case 7:
    case 16:
      return refused(
        hasHeaders ? 'it refuses the credentials sent' : 'it wants credentials, and none are sent',
        `${hasHeaders ? 'correct' : 'set'} OTEL_EXPORTER_OTLP_HEADERS`,
      );
    case 12:
      return refused(
        `it takes no ${signal}`,
        `correct ${variable} (OTEL_${signal.toUpperCase()}_EXPORTER=none switches ${signal} off)`,
      );
    case 8:
    case 14:
      return { ...refused('it takes no more for now', 'raise its limits'), kind: 'busy' };
    default:
      return refused('it refused the request', 'look into its own log');
  }
}
