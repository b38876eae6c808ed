import type { PatchReport } from '../core/sdk.ts';
import type { SdkFindings } from './sdk-registry.ts';
import type { SignalStatus } from './telemetry.ts';
import type { Signal } from './telemetry-environment.ts';

/** What `register` found and did in this process: the start line and `costspan doctor` show it. */
export interface SelfCheck {
  readonly state: 'active' | 'disabled' | 'unsupported' | 'inactive';
  /** Why, in one sentence, when the state is not `active`. */
  readonly reason: string | undefined;
  readonly node: string;
  /** Every SDK copy met so far. */
  readonly sdks: readonly PatchReport[];
  /** `undefined` when `register` did not run: then the application set up OpenTelemetry itself. */
  readonly telemetry: Readonly<Record<Signal, SignalStatus>> | undefined;
  /** The configuration file in use, once the first call or SDK has made costspan read it. */
  readonly configFile: string | undefined;
  /** What needs attention, one sentence each. */
  readonly notes: readonly string[];
}

/** All notes in one list: those of SDKs name the SDK. */
export function collectNotes(findings: SdkFindings, ...others: (readonly string[])[]): string[] {
  const ofSdks = findings.reports.flatMap((report) =>
    report.notes.map((note) => `${nameOf(report)}: ${note}`),
  );
  return [...new Set([...findings.notes, ...ofSdks, ...others.flat()])];
}

/** The self-check in one line, without the `costspan:` in front. */
export function formatSelfCheck(check: SelfCheck): string {
  if (check.state !== 'active') return check.reason ?? `costspan is ${check.state}.`;
  const parts = [describeSdks(check.sdks), ...describeTelemetry(check.telemetry)];
  if (check.configFile !== undefined) parts.push(`configuration ${check.configFile}`);
  const line = `${parts.join('; ')}.`;
  return check.notes.length === 0 ? line : `${line} Attention: ${check.notes.join(' ')}`;
}

function describeSdks(reports: readonly PatchReport[]): string {
  const watched = reports.filter((report) => report.patched.length > 0);
  const names = namesOf(watched);
  // A package of which one module is watched may have others with nothing to watch.
  const skipped = namesOf(reports).filter((name) => !names.includes(name));
  const parts = [names.length === 0 ? 'no SDK loaded yet' : `watching ${names.join(', ')}`];
  if (skipped.length > 0) parts.push(`skipped ${skipped.join(', ')}`);
  return parts.join(', ');
}

/** A package of which several modules are watched stands there once. */
function namesOf(reports: readonly PatchReport[]): readonly string[] {
  return [...new Set(reports.map(nameOf))];
}

function nameOf(report: PatchReport): string {
  const format = report.format === 'commonjs' ? 'CommonJS' : 'ESM';
  return `${report.packageName} ${report.version ?? '(version unknown)'} (${format})`;
}

function describeTelemetry(telemetry: SelfCheck['telemetry']): string[] {
  if (telemetry === undefined) return ["OpenTelemetry is the application's"];
  // Logs start with the first outcome; they are told apart only when somebody switched them off.
  const { traces, metrics } = telemetry;
  const [forTraces, forMetrics] = [describeSignal(traces), describeSignal(metrics)];
  if (forTraces === forMetrics) return [`traces and metrics ${forTraces}`];
  return [`traces ${forTraces}`, `metrics ${forMetrics}`];
}

function describeSignal(status: SignalStatus): string {
  if (status.state === 'joined') return "join the application's provider";
  if (status.state === 'off') return 'are off';
  const to = [...status.exporters].map((exporter) => (exporter === 'otlp' ? 'OTLP' : exporter));
  const target = to.length === 0 ? 'are exported nowhere' : `go to ${to.join(' and ')}`;
  const where = status.endpoint === undefined ? '' : ` at ${baseOf(status.endpoint)}`;
  const when = status.state === 'standby' ? ' from the first use on' : '';
  return `${target}${where}${when}`;
}

/** The endpoint without the signal's own path, so that two signals to one Collector read as one. */
function baseOf(endpoint: string): string {
  return endpoint.replace(/\/v1\/(?:traces|metrics|logs)$/u, '');
}
