/** What the standard `OTEL_*` variables ask for, read once and said back in the self-check. */

export type Signal = 'traces' | 'metrics' | 'logs';
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
}

type Env = Readonly<Record<string, string | undefined>>;

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export function readTelemetryEnvironment(env: Env): TelemetryEnvironment {
  const needsNodeSdk: string[] = [];
  const notes: string[] = [];
  for (const name of ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE']) {
    if (text(env, name) !== undefined) needsNodeSdk.push(name);
  }
  return {
    disabled: text(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true',
    signals: {
      traces: readSignal(env, 'traces', needsNodeSdk, notes),
      metrics: readSignal(env, 'metrics', needsNodeSdk, notes),
      logs: readSignal(env, 'logs', needsNodeSdk, notes),
    },
    propagators: readPropagators(env, needsNodeSdk),
    detectors: readDetectors(env, notes),
    needsNodeSdk: [...new Set(needsNodeSdk)],
    notes: [...new Set(notes)],
  };
}

function readSignal(
  env: Env,
  signal: Signal,
  needsNodeSdk: string[],
  notes: string[],
): SignalEnvironment {
  const upper = signal.toUpperCase();
  const exporterName = `OTEL_${upper}_EXPORTER`;
  const asked = list(env, exporterName) ?? ['otlp'];
  const exporters: ('otlp' | 'console')[] = [];
  if (!asked.includes('none')) {
    for (const exporter of asked) {
      if (exporter === 'otlp' || exporter === 'console') exporters.push(exporter);
      else needsNodeSdk.push(`${exporterName}=${exporter}`);
    }
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
    notes.push(`${protocolName}=${protocol} is not a protocol; http/protobuf is used.`);
  }
  return {
    exporters,
    protocol: protocol === 'http/json' ? protocol : 'http/protobuf',
    endpoint: exportsOtlp ? endpoint(env, signal) : undefined,
  };
}

function endpoint(env: Env, signal: Signal): string | undefined {
  const own = text(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  const base = text(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318';
  try {
    const url = new URL(own ?? `${base.replace(/\/$/u, '')}/v1/${signal}`);
    return url.origin + url.pathname;
  } catch {
    return undefined;
  }
}

function readPropagators(env: Env, needsNodeSdk: string[]): string[] {
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
function readDetectors(env: Env, notes: string[]): string[] {
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

function pick(env: Env, ...names: string[]): string | undefined {
  return names.find((name) => text(env, name) !== undefined);
}

function text(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function list(env: Env, name: string): string[] | undefined {
  const items = text(env, name)
    ?.split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  return items?.length === 0 ? undefined : items;
}
