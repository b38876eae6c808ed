import type { OtlpSink } from '../../test/support/otlp-sink.ts';

export interface ForwardTarget {
  /** Without a signal's path, such as `http://localhost:4318`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the standard variables point; `undefined` when they point nowhere. Throws a sentence. */
export function forwardTarget(env: NodeJS.ProcessEnv): ForwardTarget | undefined {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim().replace(/\/$/, '');
  if (endpoint === undefined || endpoint === '') return undefined;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new Error(
      `OTEL_EXPORTER_OTLP_ENDPOINT is ${endpoint}; it must be a URL such as http://localhost:4318.`,
    );
  }
  const pairs = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '')
    .split(',')
    .map((pair) => pair.split('='))
    .filter(([name, value]) => name?.trim() !== '' && value !== undefined)
    .map(([name = '', ...value]) => [name.trim(), decodeURIComponent(value.join('=').trim())]);
  return { endpoint, headers: Object.fromEntries(pairs) as Record<string, string> };
}

/**
 * Sends everything that has arrived at the sink on, as OTLP/JSON and in the order it came. Throws
 * a sentence that says what the other side answered.
 */
export async function forwardAll(sink: OtlpSink, target: ForwardTarget): Promise<void> {
  for (const { signal, body } of sink.exports) {
    const url = `${target.endpoint}/v1/${signal}`;
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
