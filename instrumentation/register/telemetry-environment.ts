/** What the standard `OTEL_*` variables ask for, read once and said back in the self-check. */

import { enumerated, type Environment, list, pick, shown, text } from './environment-text.ts';
import { numberNotes } from './number-variables.ts';
import { readOtlpSettings, type SettingProblem, type Signal } from './otlp-settings.ts';

export type { Signal } from './otlp-settings.ts';
export type OtlpProtocol = 'http/protobuf' | 'http/json';

export interface SignalEnvironment {
  /** Where the signal goes; empty for `none`. */
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly protocol: OtlpProtocol;
  /** Without credentials and query: it is shown to people. `undefined` when nothing is exported. */
  readonly endpoint: string | undefined;
}

export interface TelemetryEnvironment {
  /** `OTEL_SDK_DISABLED=true`. */
  readonly disabled: boolean;
  readonly signals: Readonly<Record<Signal, SignalEnvironment>>;
  /** Of `tracecontext` and `baggage`. */
  readonly propagators: readonly string[];
  /** Of `env`, `host`, `os`, `process`. */
  readonly detectors: readonly string[];
  /** What is asked for that only `@opentelemetry/sdk-node` does, such as `OTEL_EXPORTER_OTLP_PROTOCOL=grpc`. */
  readonly needsNodeSdk: readonly string[];
  /** Values that were not understood, one sentence each. */
  readonly notes: readonly string[];
  /** What is wrong with the settings of each signal's exporter; {@link exporterNotes} tells them. */
  readonly exporterProblems: Readonly<Record<Signal, readonly SettingProblem[]>>;
}

const SAMPLERS: ReadonlySet<string> = new Set([
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
]);
const TEMPORALITIES: readonly string[] = ['cumulative', 'delta', 'lowmemory'];
const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const HISTOGRAMS = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';
/** What only the full SDK exports by. */
const NODE_SDK_EXPORTERS: ReadonlySet<string> = new Set([
  'zipkin',
  'jaeger',
  'prometheus',
  'otlp/stdout',
]);
const SWITCH = 'OTEL_SDK_DISABLED';

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function readTelemetryEnvironment(env: Environment): TelemetryEnvironment {
  const needsNodeSdk: string[] = [];
  const notes: string[] = [];
  for (const name of ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE']) {
    if (text(env, name) !== undefined) needsNodeSdk.push(name);
  }
  const exporterProblems: Record<Signal, SettingProblem[]> = { traces: [], metrics: [], logs: [] };
  const signal = (name: Signal): SignalEnvironment =>
    readSignal(env, name, needsNodeSdk, notes, exporterProblems[name]);
  const signals = { traces: signal('traces'), metrics: signal('metrics'), logs: signal('logs') };
  notes.push(...numberNotes(env), ...choiceNotes(env, signals));
  return {
    disabled: text(env, SWITCH)?.toLowerCase() === 'true',
    signals,
    propagators: readPropagators(env, needsNodeSdk),
    detectors: readDetectors(env, notes),
    needsNodeSdk: [...new Set(needsNodeSdk)],
    notes: [...new Set(notes)],
    exporterProblems,
  };
}

/** What is wrong with the exporters of `signals`, one sentence each. */
export function exporterNotes(
  { exporterProblems }: Pick<TelemetryEnvironment, 'exporterProblems'>,
  signals: readonly Signal[],
): string[] {
  const stopped = new Map<string, Signal[]>();
  for (const signal of signals) {
    for (const { what, stops } of exporterProblems[signal]) {
      const found = stopped.get(what) ?? [];
      stopped.set(what, stops ? [...found, signal] : found);
    }
  }
  return [...stopped].map(([what, not]) =>
    not.length === 0 ? `${what}.` : `${what}; until then ${enumerated(not)} are not exported.`,
  );
}

/** Of what must be one of several words. */
function choiceNotes(env: Environment, signals: TelemetryEnvironment['signals']): string[] {
  const notes: string[] = [];
  const sampler = text(env, 'OTEL_TRACES_SAMPLER');
  if (sampler !== undefined && !SAMPLERS.has(sampler.toLowerCase())) {
    notes.push(
      `OTEL_TRACES_SAMPLER=${shown(sampler)} is not known; parentbased_always_on is used.`,
    );
  }
  const disabled = text(env, SWITCH);
  if (disabled !== undefined && !/^(?:true|false)$/iu.test(disabled)) {
    notes.push(`${SWITCH}=${shown(disabled)} is neither true nor false; OpenTelemetry stays on.`);
  }
  if (!signals.metrics.exporters.includes('otlp')) return notes;
  const temporality = text(env, TEMPORALITY);
  if (temporality !== undefined && !TEMPORALITIES.includes(temporality.toLowerCase())) {
    notes.push(
      `${TEMPORALITY}=${shown(temporality)} is none of ${TEMPORALITIES.join(', ')}; cumulative is used.`,
    );
  }
  const histograms = text(env, HISTOGRAMS);
  if (histograms !== undefined && histograms !== 'explicit_bucket_histogram') {
    notes.push(`${HISTOGRAMS}=${shown(histograms)} is not known; explicit buckets are used.`);
  }
  return notes;
}

function readSignal(
  env: Environment,
  signal: Signal,
  needsNodeSdk: string[],
  notes: string[],
  problems: SettingProblem[],
): SignalEnvironment {
  const upper = signal.toUpperCase();
  const exporterName = `OTEL_${upper}_EXPORTER`;
  const asked = list(env, exporterName) ?? ['otlp'];
  const exporters: ('otlp' | 'console')[] = [];
  const unknown: string[] = [];
  if (!asked.includes('none')) {
    for (const exporter of asked) {
      if (exporter === 'otlp' || exporter === 'console') exporters.push(exporter);
      else if (NODE_SDK_EXPORTERS.has(exporter)) {
        needsNodeSdk.push(`${exporterName}=${exporter}`);
      } else unknown.push(exporter);
    }
  }
  if (unknown.length > 0) {
    if (exporters.length === 0) exporters.push('otlp');
    notes.push(
      `${exporterName}=${shown(unknown.join())} is no exporter; ${enumerated(exporters)} is used.`,
    );
  }
  const exportsOtlp = exporters.includes('otlp');
  const protocolName = pick(
    env,
    `OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`,
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  );
  const protocol = (protocolName && text(env, protocolName)) ?? 'http/protobuf';
  if (exportsOtlp && protocol === 'grpc') needsNodeSdk.push(`${protocolName}=grpc`);
  else if (exportsOtlp && protocol !== 'http/protobuf' && protocol !== 'http/json') {
    notes.push(`${protocolName}=${shown(protocol)} is not a protocol; http/protobuf is used.`);
  }
  const usable: SignalEnvironment = {
    exporters,
    protocol: protocol === 'http/json' ? protocol : 'http/protobuf',
    endpoint: undefined,
  };
  // An address for gRPC is another thing, and the full SDK's to read.
  if (!exportsOtlp || protocol === 'grpc') return usable;
  const settings = readOtlpSettings(env, signal);
  problems.push(...settings.problems);
  const { endpoint } = settings;
  return endpoint === undefined
    ? { ...usable, exporters: exporters.filter((exporter) => exporter !== 'otlp') }
    : { ...usable, endpoint: endpoint.shown };
}

function readPropagators(env: Environment, needsNodeSdk: string[]): string[] {
  const asked = list(env, 'OTEL_PROPAGATORS') ?? ['tracecontext', 'baggage'];
  if (asked.includes('none')) return [];
  for (const name of asked) {
    if (name !== 'tracecontext' && name !== 'baggage')
      needsNodeSdk.push(`OTEL_PROPAGATORS=${name}`);
  }
  return asked;
}

const DETECTORS = ['env', 'host', 'os', 'process'];

/**
 * The environment alone by default: host and process facts cost start-up time and are the
 * Collector's to add.
 */
function readDetectors(env: Environment, notes: string[]): string[] {
  const asked = list(env, 'OTEL_NODE_RESOURCE_DETECTORS') ?? ['env'];
  if (asked.includes('none')) return [];
  if (asked.includes('all')) return DETECTORS;
  // `serviceinstance` is always there.
  const unknown = asked.filter((name) => !DETECTORS.includes(name) && name !== 'serviceinstance');
  for (const name of unknown) {
    notes.push(
      `OTEL_NODE_RESOURCE_DETECTORS=${name} is not known; start OpenTelemetry yourself to use it.`,
    );
  }
  return asked.filter((name) => DETECTORS.includes(name));
}
