import type { OtlpSink } from '../../test/support/otlp-sink.ts';

type Signal = OtlpSink['exports'][number]['signal'];

export interface ForwardTarget {
  /** Where each signal goes, such as `http://localhost:4318/v1/traces`; the others go nowhere. */
  readonly urls: Readonly<Partial<Record<Signal, string>>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the standard variables point; `undefined` when they point nowhere. Throws a sentence. */
export function forwardTarget(env: NodeJS.ProcessEnv): ForwardTarget | undefined {
  const all = urlOf(env, 'OTEL_EXPORTER_OTLP_ENDPOINT')?.replace(/\/$/, '');
  const urls: Partial<Record<Signal, string>> = {};
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const own = urlOf(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
    const url = own ?? (all === undefined ? undefined : `${all}/v1/${signal}`);
    if (url !== undefined) urls[signal] = url;
  }
  if (Object.keys(urls).length === 0) return undefined;
  const pairs = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '')
    .split(',')
    .map((pair) => pair.split('='))
    .filter(([name, value]) => name?.trim() !== '' && value !== undefined)
    .map(([name = '', ...value]) => [name.trim(), decodeURIComponent(value.join('=').trim())]);
  return { urls, headers: Object.fromEntries(pairs) as Record<string, string> };
}

function urlOf(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  const url = env[variable]?.trim();
  if (url === undefined || url === '') return undefined;
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new Error(`${variable} is ${url}; it must be a URL such as http://localhost:4318.`);
}

/**
 * Sends everything that has arrived at the sink on, as OTLP/JSON and in the order it came. Throws
 * a sentence that says what the other side answered.
 */
export async function forwardAll(sink: OtlpSink, target: ForwardTarget): Promise<void> {
  for (const { signal, body } of sink.exports) {
    const url = target.urls[signal];
    if (url === undefined) continue;
    let answer: string;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...target.headers },
        body: JSON.stringify(body),
      });
      if (response.ok) continue;
      answer = `answered ${response.status}`;
    } catch (error) {
      const { cause, message } = error as Error;
      answer = `could not be reached: ${cause instanceof Error ? cause.message : message}`;
    }
    throw new Error(`${url} ${answer}. It must speak OTLP over HTTP (port 4318, not 4317).`);
  }
}
