import { type Environment, shown, text } from './environment-text.ts';
import type { SettingProblem, Signal } from './otlp-settings.ts';

/** Where one signal is sent. */
export interface OtlpEndpoint {
  /** With credentials and query: for requests, never for people. */
  readonly url: string;
  /** Without them. */
  readonly shown: string;
  /** Names the variable to mend when nothing answers there as it should. */
  readonly variable: string;
}

const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const DEFAULT_BASE = 'http://localhost:4318';
const GRPC_PORT = '4317';

/**
 * The address that the variables name for `signal`. What is no address is refused, and not replaced
 * by the default of the specification: telemetry and the headers that go with it must not end up at
 * a place that nobody named.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
 */
export function readEndpoint(
  env: Environment,
  signal: Signal,
  problems: SettingProblem[],
): OtlpEndpoint | undefined {
  const ownName = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const own = text(env, ownName);
  const variable = own === undefined ? BASE : ownName;
  const value = own ?? text(env, BASE) ?? DEFAULT_BASE;
  const fault = addressFault(value);
  if (fault !== undefined) {
    problems.push({ what: `${variable}=${withoutSecrets(value)} ${fault}`, stops: true });
    return undefined;
  }
  const url = new URL(value);
  if (own === undefined) appendPath(url, signal);
  const doubt = addressDoubt(url, signal, own !== undefined);
  if (doubt !== undefined) {
    problems.push({ what: `${variable}=${withoutSecrets(value)} ${doubt}`, stops: false });
  }
  return { url: url.href, shown: url.origin + url.pathname, variable };
}

/** Before a query, which the exporters of OpenTelemetry put it behind. */
function appendPath(url: URL, signal: Signal): void {
  url.pathname = `${url.pathname.replace(/\/$/u, '')}/v1/${signal}`;
}

/** What is wrong with an address that can't be used, and how to mend it; goes after `NAME=value`. */
function addressFault(value: string): string | undefined {
  const bare = withoutSecrets(value);
  if (/^["'`“”]|["'`“”]$/u.test(value)) return 'has quotes around it: take them off';
  if (/\$\{|\$\(|\{\{|\$[A-Z_]{2}|%[A-Z_]{3,}%|<[^>]*>/u.test(bare)) {
    return 'holds a placeholder that nothing has filled in: put the address there';
  }
  if (/\s/u.test(value)) return 'has a blank in it: take it out';
  const scheme = /^([a-z][\d+.a-z-]*):\/\//iu.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return /^https?:/iu.test(value)
      ? 'is no address: write it like http://localhost:4318'
      : `has no http:// or https:// in front: write http://${bare.replace(/^\/+/u, '')}`;
  }
  if (scheme === 'grpc' || scheme === 'grpcs') {
    const over = `${scheme === 'grpc' ? 'http' : 'https'}://${bare.slice(scheme.length + 3)}`;
    return `has a scheme that OTLP does not know: write ${over} and set OTEL_EXPORTER_OTLP_PROTOCOL=grpc`;
  }
  if (scheme !== 'http' && scheme !== 'https') {
    return `begins with ${scheme}://, over which nothing can be sent: write http:// or https://`;
  }
  if (/^https?:\/\/(?:[/:?#]|$)/iu.test(value)) return 'names no host: write http://localhost:4318';
  if (/^https?:\/\/[^#/?]*\/[^#?]*@/iu.test(value)) {
    return 'has an "@" in its path: in a user or password write %2F for "/"';
  }
  if (!URL.canParse(value)) return 'is no address: write it like http://localhost:4318';
  const { username, password } = new URL(value);
  return [username, password].every(canDecode)
    ? undefined
    : 'has a "%" in its user or password that begins no encoded character: write %25 for it';
}

/** Node's requests decode them, and throw where they can't. */
function canDecode(encoded: string): boolean {
  try {
    return decodeURIComponent(encoded) !== undefined;
  } catch {
    return false;
  }
}

/** What makes an address that can be used look like a mistake. */
function addressDoubt(url: URL, signal: Signal, isOwn: boolean): string | undefined {
  if (/\/v1\/(?:traces|metrics|logs)\/v1\//u.test(url.pathname)) {
    return 'is the base to which /v1/traces, /v1/metrics and /v1/logs are added: leave /v1/… out';
  }
  if (url.port === GRPC_PORT) {
    return 'is the usual port of OTLP over gRPC, and OTLP over HTTP is sent there: write 4318 or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc';
  }
  if (isOwn && url.pathname === '/') {
    return `has no path, and is used as it stands: Collectors take ${signal} at /v1/${signal}`;
  }
  return undefined;
}

/** Also of a text that is no address. */
export function withoutSecrets(value: string): string {
  const bare = value.replace(/[#?].*$/su, '').replace(/^([^/]*\/\/)?.*@/u, '$1');
  return shown(bare);
}
