import { type Environment, text } from './environment-text.ts';
import type { SettingProblem, Signal } from './otlp-settings.ts';

/** Of a header's name, by the grammar of HTTP. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/u;
/** What may not be in a header's value. */
const NOT_IN_A_VALUE = /[^\t\u0020-\u007E\u0080-\u00FF]/u;
const ORDINALS = ['first', 'second', 'third'];

/**
 * The headers that go with every request of `signal`. An entry that could not be sent is left out
 * and told of by its place, because what stands where the name should may be the secret; the others
 * are sent.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function readHeaders(
  env: Environment,
  signal: Signal,
  problems: SettingProblem[],
): Readonly<Record<string, string>> {
  return {
    ...parseHeaders(env, 'OTEL_EXPORTER_OTLP_HEADERS', problems),
    ...parseHeaders(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`, problems),
  };
}

function parseHeaders(
  env: Environment,
  variable: string,
  problems: SettingProblem[],
): Record<string, string> {
  const headers: Record<string, string> = {};
  const value = text(env, variable);
  if (value === undefined) return headers;
  const entries = value.split(',');
  for (const [index, entry] of entries.entries()) {
    if (entry.trim() === '') continue;
    const read = parseEntry(entry);
    if ('name' in read) headers[read.name] = read.value;
    if ('name' in read && !read.isCut) continue;
    const which =
      entries.length === 1 ? '' : ` in its ${ORDINALS[index] ?? `${index + 1}th`} entry`;
    const what =
      'fault' in read
        ? `${read.fault}, so that header is not sent${read.mend}`
        : `a ";", behind which nothing is sent: write %3B for it`;
    problems.push({ what: `${variable} has${which} ${what}`, stops: false });
  }
  return headers;
}

interface Header {
  readonly name: string;
  readonly value: string;
  /** Whether something stood behind the value that is no part of it. */
  readonly isCut: boolean;
}

interface NoHeader {
  /** What the entry has, or has not. */
  readonly fault: string;
  readonly mend: string;
}

const PLAIN_FORM = ': write name=value';

function parseEntry(entry: string): Header | NoHeader {
  const [pair = '', ...properties] = entry.split(';');
  const separator = pair.indexOf('=');
  if (separator < 0) return { fault: 'no "=" between name and value', mend: PLAIN_FORM };
  const rawName = pair.slice(0, separator).trim();
  if (/^["']/u.test(rawName)) return { fault: 'quotes around it', mend: ': take them off' };
  if (rawName === '') return { fault: 'no name in front of the "="', mend: PLAIN_FORM };
  const name = decoded(rawName);
  const value = decoded(pair.slice(separator + 1).trim());
  if (name === undefined || value === undefined) {
    return { fault: 'a "%" that begins no encoded character', mend: ': write %25 for it' };
  }
  if (!TOKEN.test(name)) {
    return rawName.includes(':')
      ? { fault: 'a ":" where the "=" belongs', mend: PLAIN_FORM }
      : { fault: 'characters in its name that no header may have', mend: ': take them out' };
  }
  if (value === '') return { fault: 'no value', mend: PLAIN_FORM };
  if (NOT_IN_A_VALUE.test(value)) {
    return { fault: 'characters in its value that no header may have', mend: ': take them out' };
  }
  return { name, value, isCut: properties.length > 0 };
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
