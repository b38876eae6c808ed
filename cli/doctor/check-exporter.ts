import { connect } from 'node:net';
import { check } from './check.ts';
import type { Check } from './check.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_ENDPOINT = 'http://localhost:4318';
const GRPC_PORT = '4317';
const PROBE_MS = 1500;
const SIGNALS = ['traces', 'metrics'] as const;

/** Where one signal goes, by the standard variables. */
export interface ExportTarget {
  readonly signal: (typeof SIGNALS)[number];
  readonly exporter: string;
  readonly protocol: string;
  /** Without credentials and query. `undefined` when nothing is sent or the text is no address. */
  readonly endpoint: string | undefined;
}

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export function exportTargets(env: Environment): ExportTarget[] {
  return SIGNALS.map((signal) => {
    const own = (name: string) => read(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`);
    const exporter = read(env, `OTEL_${signal.toUpperCase()}_EXPORTER`) ?? 'otlp';
    const protocol = own('PROTOCOL') ?? read(env, 'OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf';
    const base = read(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT;
    const address = own('ENDPOINT') ?? `${base.replace(/\/$/, '')}/v1/${signal}`;
    return {
      signal,
      exporter,
      protocol,
      endpoint: exporter === 'otlp' ? withoutSecrets(address) : undefined,
    };
  });
}

/** Says where telemetry goes, and tries to connect. Sends nothing. */
export async function checkExporter(env: Environment): Promise<Check[]> {
  const checks: Check[] = [];
  if (isTrue(env, 'COSTSPAN_DISABLED')) {
    checks.push(check('COSTSPAN_DISABLED', 'warn', 'Is set: costspan does nothing.'));
  }
  if (isTrue(env, 'OTEL_SDK_DISABLED')) {
    checks.push(check('OTEL_SDK_DISABLED', 'warn', 'Is set: nothing is exported.'));
  }
  const service =
    read(env, 'OTEL_SERVICE_NAME') ??
    /(?:^|,)\s*service\.name=([^,]+)/.exec(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '')?.[1];
  checks.push(
    service === undefined
      ? check('Service name', 'warn', 'Not set here: set OTEL_SERVICE_NAME, or name it in code.')
      : check('Service name', 'ok', service),
  );
  for (const target of exportTargets(env)) checks.push(await checkTarget(target));
  return checks;
}

async function checkTarget({ signal, exporter, protocol, endpoint }: ExportTarget): Promise<Check> {
  const name = `Export of ${signal}`;
  if (exporter === 'none') return check(name, 'warn', 'Switched off by the exporter "none".');
  if (exporter !== 'otlp') return check(name, 'ok', `By the exporter "${exporter}".`);
  if (endpoint === undefined) {
    return check(name, 'fail', 'The endpoint is not an http or https address.');
  }
  const url = new URL(endpoint);
  if (/\/v1\/(?:traces|metrics|logs)\/v1\//.test(url.pathname)) {
    return check(
      name,
      'fail',
      `${endpoint} has the path twice: OTEL_EXPORTER_OTLP_ENDPOINT is the base, without /v1/….`,
    );
  }
  if (protocol.startsWith('http') && url.port === GRPC_PORT) {
    return check(
      name,
      'warn',
      `${endpoint} is the port of OTLP over gRPC; over ${protocol} it is usually 4318.`,
    );
  }
  const fault = await connectionFault(url);
  return fault === undefined
    ? check(name, 'ok', `${protocol} to ${endpoint}`)
    : check(name, 'warn', `${protocol} to ${endpoint}, which does not answer from here: ${fault}.`);
}

/** Why no connection came about; `undefined` when one did. */
function connectionFault(url: URL): Promise<string | undefined> {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (fault: string | undefined) => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(PROBE_MS, () => finish(`no answer within ${PROBE_MS} ms`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
  });
}

function withoutSecrets(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

/** An empty variable counts as absent, as the specification asks. */
function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

function isTrue(env: Environment, name: string): boolean {
  return read(env, name)?.toLowerCase() === 'true';
}
