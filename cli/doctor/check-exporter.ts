import { pick, text, type Environment } from '../../instrumentation/register/environment-text.ts';
import type { Diagnosis } from '../../instrumentation/register/export-failure.ts';
import { withoutSecrets, type OtlpEndpoint } from '../../instrumentation/register/otlp-endpoint.ts';
import { readOtlpSettings, type Signal } from '../../instrumentation/register/otlp-settings.ts';
import {
  exporterNotes,
  readTelemetryEnvironment,
  type TelemetryEnvironment,
} from '../../instrumentation/register/telemetry-environment.ts';
import { check } from './check.ts';
import type { Check, CheckStatus } from './check.ts';
import { probeGrpc } from './probe-grpc.ts';
import { PROBE_MS, probeHttp, type ProbeResult, type ProbeSettings } from './probe-http.ts';

const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** Where one signal goes, by the standard variables, and what came of a try. */
export interface ExportTarget {
  readonly signal: Signal;
  /** As `OTEL_TRACES_EXPORTER` names it. */
  readonly exporter: string;
  readonly protocol: string;
  /** Without credentials and query. `undefined` when nothing is sent or the text is no address. */
  readonly endpoint: string | undefined;
  /** What came of an empty request; `undefined` when none was sent. */
  readonly answer: 'taken' | Diagnosis['kind'] | undefined;
}

export interface ExportReport {
  readonly targets: readonly ExportTarget[];
  readonly checks: readonly Check[];
}

/**
 * Says what is wrong with the variables, and sends an empty request of each signal to where its
 * exporter would send, with its headers. Each has an answer within {@link PROBE_MS}.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export async function checkExporter(
  env: Environment,
  deadlineMs: number = PROBE_MS,
): Promise<ExportReport> {
  const environment = readTelemetryEnvironment(env);
  const checks: Check[] = [];
  if (text(env, 'COSTSPAN_DISABLED')?.toLowerCase() === 'true') {
    checks.push(check('COSTSPAN_DISABLED', 'warn', 'Is set: costspan does nothing.'));
  }
  if (environment.disabled) {
    checks.push(check('OTEL_SDK_DISABLED', 'warn', 'Is set: nothing is exported.'));
  }
  checks.push(checkService(env), ...checkVariables(environment));
  const results = await Promise.all(
    SIGNALS.map((signal) => checkSignal(env, environment, signal, deadlineMs)),
  );
  return {
    targets: results.map(({ target }) => target),
    checks: [...checks, ...results.map(({ result }) => result)],
  };
}

function checkService(env: Environment): Check {
  const service =
    text(env, 'OTEL_SERVICE_NAME') ??
    /(?:^|,)\s*service\.name=([^,]+)/u.exec(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '')?.[1];
  return service === undefined
    ? check('Service name', 'warn', 'Not set here: set OTEL_SERVICE_NAME, or name it in code.')
    : check('Service name', 'ok', service);
}

/** What the start line of a service would call attention to. */
function checkVariables(environment: TelemetryEnvironment): Check[] {
  const { exporterProblems } = environment;
  // Those that stop a signal are told in its own row.
  const going = Object.fromEntries(
    SIGNALS.map((signal) => [signal, exporterProblems[signal].filter(({ stops }) => !stops)]),
  ) as unknown as TelemetryEnvironment['exporterProblems'];
  const notes = [...environment.notes, ...exporterNotes({ exporterProblems: going }, SIGNALS)];
  return notes.map((note) => check('OTEL_* variables', 'warn', note));
}

async function checkSignal(
  env: Environment,
  environment: TelemetryEnvironment,
  signal: Signal,
  deadlineMs: number,
): Promise<{ readonly target: ExportTarget; readonly result: Check }> {
  const upper = signal.toUpperCase();
  const protocols = [`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const protocolName = pick(env, ...protocols);
  const isGrpc = protocolName !== undefined && text(env, protocolName) === 'grpc';
  const protocol = isGrpc ? 'grpc' : environment.signals[signal].protocol;
  const exporter = text(env, `OTEL_${upper}_EXPORTER`) ?? 'otlp';
  const row = (
    status: CheckStatus,
    found: string,
    endpoint?: string,
    answer?: ExportTarget['answer'],
  ) => ({
    target: { signal, exporter, protocol, endpoint, answer },
    result: check(`Export of ${signal}`, status, found),
  });

  if (exporter === 'none') {
    return row(signal === 'logs' ? 'info' : 'warn', 'Switched off by the exporter "none".');
  }
  const stop = exporterNotes(environment, [signal]).find((note) => note.includes('until then'));
  if (stop !== undefined) return row('fail', stop);
  if (!isGrpc && !environment.signals[signal].exporters.includes('otlp')) {
    return row('ok', `By the exporter "${exporter}".`);
  }
  const settings = settingsOf(env, signal, isGrpc);
  if (settings === undefined) return row('fail', 'The endpoint is no http or https address.');
  const { shown } = settings.endpoint;
  if (environment.disabled) return row('info', `${protocol} to ${shown}, not tried.`, shown);

  const result = isGrpc
    ? await probeGrpc(signal, settings, deadlineMs)
    : await probeHttp(signal, protocol, settings, deadlineMs);
  const where = `${protocol} to ${shown}`;
  if (result === undefined) return row('ok', where, shown, 'taken');
  return row(
    statusOf(result, signal),
    `${where}: ${result.what}; ${result.mend}.${proxyRemark(env, result)}`,
    shown,
    result.kind,
  );
}

/**
 * What is out of reach from here may be within reach of the service; a refusal holds for both. Many
 * set-ups take no logs, and only outcomes and the ledger need them.
 */
function statusOf(result: Diagnosis, signal: Signal): CheckStatus {
  return result.kind === 'refused' && signal !== 'logs' ? 'fail' : 'warn';
}

const PROXIES = [
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'ALL_PROXY',
  'all_proxy',
];

function proxyRemark(env: Environment, { kind }: NonNullable<ProbeResult>): string {
  const proxy = pick(env, ...PROXIES);
  return kind === 'unreachable' && proxy !== undefined
    ? ` ${proxy} is set, and exporters of OpenTelemetry go past proxies.`
    : '';
}

function settingsOf(env: Environment, signal: Signal, isGrpc: boolean): ProbeSettings | undefined {
  const settings = readOtlpSettings(env, signal);
  const endpoint = isGrpc ? grpcEndpoint(env, signal) : settings.endpoint;
  return endpoint === undefined ? undefined : { ...settings, endpoint };
}

/** Over gRPC a scheme may be left out, and there is no path. */
function grpcEndpoint(env: Environment, signal: Signal): OtlpEndpoint | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const variable = pick(env, own, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'OTEL_EXPORTER_OTLP_ENDPOINT';
  const value = text(env, variable) ?? 'http://localhost:4317';
  const isInsecure = text(env, 'OTEL_EXPORTER_OTLP_INSECURE')?.toLowerCase() === 'true';
  const address = value.includes('://') ? value : `${isInsecure ? 'http' : 'https'}://${value}`;
  if (!/^https?:/iu.test(address) || !URL.canParse(address)) return undefined;
  return { url: new URL(address).origin, shown: withoutSecrets(address), variable };
}
