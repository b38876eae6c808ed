import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Environment, pick, shown, text } from './environment-text.ts';
import { LONGEST_TIMER_MS } from './number-variables.ts';
import { type OtlpEndpoint, readEndpoint } from './otlp-endpoint.ts';
import { readHeaders } from './otlp-headers.ts';

export type Signal = 'traces' | 'metrics' | 'logs';

/** A mistake in the variables, as a sentence without its full stop. */
export interface SettingProblem {
  readonly what: string;
  /** Whether the signal is not exported until it is mended. */
  readonly stops: boolean;
}

/** PEM files by their absolute path; a file that can't be read is none. */
export interface OtlpCertificates {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** How one signal is exported over OTLP/HTTP, by the standard variables. */
export interface OtlpSettings {
  /** `undefined` when what is named is no address. */
  readonly endpoint: OtlpEndpoint | undefined;
  /** May hold credentials: not for people. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  /** Of one export with its retries; `undefined` when nothing is asked for. */
  readonly timeoutMillis: number | undefined;
  readonly certificates: OtlpCertificates;
  readonly problems: readonly SettingProblem[];
}

/**
 * What the variables ask for, with what OpenTelemetry would refuse or ignore named. The register
 * exports by it and the doctor probes by it, so that both see one thing.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readOtlpSettings(env: Environment, signal: Signal): OtlpSettings {
  const problems: SettingProblem[] = [];
  const endpoint = readEndpoint(env, signal, problems);
  return {
    endpoint,
    headers: readHeaders(env, signal, problems),
    compression: readCompression(env, signal, problems),
    timeoutMillis: readTimeout(env, signal, problems),
    certificates: readCertificates(env, signal, endpoint, problems),
    problems,
  };
}

function names(signal: Signal, setting: string): readonly [own: string, general: string] {
  return [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`];
}

function readCompression(
  env: Environment,
  signal: Signal,
  problems: SettingProblem[],
): OtlpSettings['compression'] {
  for (const name of names(signal, 'COMPRESSION')) {
    const asked = text(env, name);
    if (asked === 'gzip' || asked === 'none') return asked;
    if (asked !== undefined) {
      const what = `${name}=${shown(asked)} is neither gzip nor none, so it is ignored`;
      problems.push({ what, stops: false });
    }
  }
  return 'none';
}

function readTimeout(
  env: Environment,
  signal: Signal,
  problems: SettingProblem[],
): number | undefined {
  for (const name of names(signal, 'TIMEOUT')) {
    const asked = text(env, name);
    if (asked === undefined) continue;
    const millis = Number(asked);
    if (millis > 0 && millis <= LONGEST_TIMER_MS) return millis;
    const what = `${name}=${shown(asked)} is no number of milliseconds from 1 to ${LONGEST_TIMER_MS}, so it is ignored`;
    problems.push({ what, stops: false });
  }
  return undefined;
}

function readCertificates(
  env: Environment,
  signal: Signal,
  endpoint: OtlpEndpoint | undefined,
  problems: SettingProblem[],
): OtlpCertificates {
  const variables = {
    ca: pick(env, ...names(signal, 'CERTIFICATE')),
    cert: pick(env, ...names(signal, 'CLIENT_CERTIFICATE')),
    key: pick(env, ...names(signal, 'CLIENT_KEY')),
  };
  const set = Object.values(variables).filter((name) => name !== undefined);
  if (set.length > 0 && endpoint?.url.startsWith('http:') === true) {
    const what = `${set[0]} has no effect, because ${endpoint.variable} begins with http://: write https:// to have it used`;
    problems.push({ what, stops: false });
    return { ca: undefined, cert: undefined, key: undefined };
  }
  if ((variables.cert === undefined) !== (variables.key === undefined)) {
    const [given, lacking] =
      variables.key === undefined ? ['CERTIFICATE', 'KEY'] : ['KEY', 'CERTIFICATE'];
    const what = `OTEL_EXPORTER_OTLP_CLIENT_${given} is of no use without OTEL_EXPORTER_OTLP_CLIENT_${lacking}: set both`;
    problems.push({ what, stops: false });
  }
  return {
    ca: readableFile(env, variables.ca, problems),
    cert: readableFile(env, variables.cert, problems),
    key: readableFile(env, variables.key, problems),
  };
}

function readableFile(
  env: Environment,
  variable: string | undefined,
  problems: SettingProblem[],
): string | undefined {
  const path = variable === undefined ? undefined : text(env, variable);
  if (path === undefined) return undefined;
  const file = resolve(path);
  let fault: string;
  try {
    if (readFileSync(file, 'latin1').includes('-----BEGIN')) return file;
    fault = 'is no PEM file, which TLS needs';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    fault = `can't be read (${code})`;
  }
  const what = `${variable}=${shown(path)} ${fault}, so connections are made without it`;
  problems.push({ what, stops: false });
  return undefined;
}
