import { shown } from './environment-text.ts';
import type { OtlpEndpoint } from './otlp-endpoint.ts';
import type { OtlpSettings, Signal } from './otlp-settings.ts';

/** What one request came to that was not taken. */
export interface RequestFailure {
  /** Of the HTTP answer, if one came. */
  readonly status?: number | undefined;
  /** Of the error: Node's, OpenSSL's or the HTTP parser's. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The beginning of an answer that is no HTTP/1. */
  readonly answer?: Uint8Array | undefined;
  /** Of the HTTP answer. */
  readonly body?: string | undefined;
}

export interface ExportTarget {
  readonly signal: Signal;
  readonly endpoint: OtlpEndpoint;
  /** `http/protobuf` or `http/json`. */
  readonly protocol: string;
  readonly hasHeaders: boolean;
  /** Values of headers and the like, which no line may repeat. */
  readonly secrets: readonly string[];
}

export function exportTarget(
  signal: Signal,
  protocol: string,
  endpoint: OtlpEndpoint,
  { headers }: Pick<OtlpSettings, 'headers'>,
): ExportTarget {
  const { username, password, searchParams } = new URL(endpoint.url);
  const values = Object.values(headers);
  return {
    signal,
    endpoint,
    protocol,
    hasHeaders: values.length > 0,
    // Of `Bearer abc` also `abc`.
    secrets: [
      ...values,
      ...values.flatMap((value) => value.split(' ')),
      ...[username, password].map((part) => decodeURIComponent(part)),
      ...searchParams.values(),
    ].filter((secret) => secret.length >= SHORTEST_SECRET),
  };
}

/** Anything shorter would also stand in ordinary words. */
const SHORTEST_SECRET = 4;

/** A failure for people. Both parts are clauses; neither holds credentials. */
export interface Diagnosis {
  /** `unreachable`: no answer came; `refused`: one did; `busy`: it may be another one later. */
  readonly kind: 'unreachable' | 'refused' | 'busy';
  readonly what: string;
  readonly mend: string;
}

const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|CERT_UNTRUSTED)$/u;
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version|too long/u;
const WANTS_CERTIFICATE = /CERTIFICATE_REQUIRED|certificate required|alert number 116/u;

/** The exporter base's word for a queue of requests that is full. */
const TOO_MANY = 'Concurrent export limit reached';

/** What `failure` most likely means, and what to do about it. */
export function diagnose(failure: RequestFailure, target: ExportTarget): Diagnosis {
  return failure.status === undefined
    ? diagnoseConnection(failure, target)
    : diagnoseAnswer(failure.status, failure, target);
}

function diagnoseConnection(failure: RequestFailure, target: ExportTarget): Diagnosis {
  const { code = '', message = '', answer } = failure;
  const { url, variable } = target.endpoint;
  const name = code === '' ? message : code;

  if (message === TOO_MANY) {
    return {
      kind: 'busy',
      what: 'it answers slower than exports come',
      mend: 'give it more room, or export less often',
    };
  }
  if (answer !== undefined || code.startsWith('HPE_')) {
    if (isHttp2(answer)) return grpcPort(target);
    if (answer?.[0] === TLS_ALERT) return wantsTls(variable);
    return refused('what listens there does not speak HTTP', `correct ${variable}`);
  }
  const tls = `${code} ${message}`;
  if (url.startsWith('https:') && (code === 'EPROTO' || code.startsWith('ERR_SSL'))) {
    if (NO_TLS.test(tls)) {
      return refused('what listens there does not speak TLS', `write http:// in ${variable}`);
    }
    if (WANTS_CERTIFICATE.test(tls)) return wantsCertificate();
    return refused(`TLS could not be agreed on (${name})`, 'check the certificates on both sides');
  }
  if (UNTRUSTED.test(code)) {
    return refused(
      `nobody who is trusted here has signed its certificate (${code})`,
      'name the certificate of its CA in OTEL_EXPORTER_OTLP_CERTIFICATE',
    );
  }
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(
        'nothing listens there (ECONNREFUSED)',
        `start the Collector or correct ${variable}`,
      );
    case 'ENOTFOUND':
      return unreachable('no host has that name (ENOTFOUND)', `correct ${variable}`);
    case 'EAI_AGAIN':
      return unreachable(
        'the name of the host could not be looked up (EAI_AGAIN)',
        `check the name service, or correct ${variable}`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(
        `no way leads there from here (${code})`,
        `check the network, or correct ${variable}`,
      );
    case 'ETIMEDOUT':
      return unreachable(
        'no answer came in time',
        `check that the host can be reached from here, without a proxy, or correct ${variable}`,
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return new URL(url).port === GRPC_PORT
        ? grpcPort(target)
        : unreachable(
            `the connection was closed without an answer (${code})`,
            `check that OTLP over HTTP is spoken there, ${url.startsWith('https:') ? 'with' : 'without'} TLS`,
          );
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return refused(`its certificate is not valid now (${code})`, 'renew it, or set the clock');
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return refused(
        'its certificate is for another name',
        `write a name of the certificate in ${variable}`,
      );
    default:
      return unreachable(`the request failed (${shown(name)})`, `check ${variable}`);
  }
}

function unreachable(what: string, mend: string): Diagnosis {
  return { kind: 'unreachable', what, mend };
}

function refused(what: string, mend: string): Diagnosis {
  return { kind: 'refused', what, mend };
}

const GRPC_PORT = '4317';
const TLS_ALERT = 0x15;
const SETTINGS_FRAME = 4;
const GOAWAY_FRAME = 7;

/** A server of HTTP/2 alone begins with SETTINGS, or ends a greeting it does not know with GOAWAY. */
function isHttp2(answer: Uint8Array | undefined): boolean {
  if (answer === undefined || answer.length < 9) return false;
  const [size = 0, , , type] = answer;
  return size === 0 && (type === SETTINGS_FRAME || type === GOAWAY_FRAME);
}

export function grpcPort({ endpoint: { variable } }: ExportTarget): Diagnosis {
  return refused(
    'what listens there speaks HTTP/2 alone, as OTLP over gRPC does',
    `write its HTTP port, usually 4318, in ${variable} or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc`,
  );
}

export function wantsTls(variable: string): Diagnosis {
  return refused('what listens there wants TLS', `write https:// in ${variable}`);
}

function wantsCertificate(): Diagnosis {
  return refused(
    'it wants a certificate of the client',
    'set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY',
  );
}

/** What each status of an answer that took nothing means. */
function diagnoseAnswer(
  status: number,
  { body = '' }: RequestFailure,
  target: ExportTarget,
): Diagnosis {
  const { signal, endpoint, protocol, hasHeaders } = target;
  const upper = signal.toUpperCase();
  const answered = (what: string, mend: string): Diagnosis =>
    refused(`${what} (HTTP ${status})`, mend);
  if (status === 429 || status >= 500) {
    const what = status === 429 ? 'it takes no more for now' : 'it failed itself';
    const mend = status === 429 ? 'raise its limits or export less often' : 'look into its own log';
    return { kind: 'busy', what: `${what} (HTTP ${status})`, mend };
  }
  if (status === 400 && /https/iu.test(body)) return wantsTls(endpoint.variable);
  if (status === 400 && /certificate/iu.test(body)) return wantsCertificate();
  if (status >= 300 && status < 400) {
    return answered(
      'it redirects to another address, and exporters follow none',
      `write that address in ${endpoint.variable}`,
    );
  }
  switch (status) {
    case 401:
    case 403:
      return answered(
        hasHeaders ? 'it refuses the credentials sent' : 'it wants credentials, and none are sent',
        `${hasHeaders ? 'correct' : 'set'} OTEL_EXPORTER_OTLP_HEADERS`,
      );
    case 404:
    case 405: {
      const own = `OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`;
      const base =
        endpoint.variable === own
          ? ''
          : `correct ${endpoint.variable}, the base to which /v1/${signal} is added, `;
      return answered(
        `it takes no ${signal} at that path`,
        `${base}${base === '' ? '' : 'or '}write the whole address in ${own}, or switch ${signal} off by OTEL_${upper}_EXPORTER=none`,
      );
    }
    case 407:
      return answered('a proxy on the way wants credentials', 'let the host be reached without it');
    case 413:
      return answered(
        'a request is too large for it',
        signal === 'metrics'
          ? 'raise its limit, or set OTEL_EXPORTER_OTLP_COMPRESSION=gzip'
          : `raise its limit, or lower OTEL_${signal === 'traces' ? 'BSP' : 'BLRP'}_MAX_EXPORT_BATCH_SIZE`,
      );
    case 415: {
      const other = protocol === 'http/json' ? 'http/protobuf' : 'http/json';
      return answered(`it does not take ${protocol}`, `set OTEL_EXPORTER_OTLP_PROTOCOL=${other}`);
    }
    default:
      return answered(
        'it refused the request',
        `check that it takes OTLP over ${protocol}, and look into its own log`,
      );
  }
}
