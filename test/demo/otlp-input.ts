import type { OtlpSink } from '../support/otlp-sink.ts';

type Value = string | number;

function wireAttributes(attributes: Readonly<Record<string, Value>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }));
}

const resource = {
  attributes: wireAttributes({ 'service.name': 'app', 'service.instance.id': 'i-1' }),
};

async function send(sink: OtlpSink, path: string, body: object): Promise<void> {
  const response = await fetch(`${sink.url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Sends metrics as OTLP/JSON has them. */
export function sendMetrics(sink: OtlpSink, metrics: readonly object[]): Promise<void> {
  const scopeMetrics = [{ scope: { name: 'costspan' }, metrics }];
  return send(sink, 'metrics', { resourceMetrics: [{ resource, scopeMetrics }] });
}

/** A counter with one point for each set of attributes. */
export function counter(
  name: string,
  unit: string,
  points: readonly (readonly [value: number, attributes: Readonly<Record<string, Value>>])[],
): object {
  const dataPoints = points.map(([asDouble, attributes]) => ({
    asDouble,
    attributes: wireAttributes(attributes),
  }));
  const sum = { isMonotonic: true, aggregationTemporality: 2, dataPoints };
  return { name, unit, description: `What ${name} is.`, sum };
}

/** Sends spans of calls, one for each set of attributes. */
export function sendCalls(
  sink: OtlpSink,
  calls: readonly Readonly<Record<string, Value>>[],
): Promise<void> {
  const spans = calls.map((attributes, index) => ({
    traceId: '0'.repeat(31) + '1',
    spanId: String(index + 1).padStart(16, '0'),
    name: 'chat',
    kind: 3,
    attributes: wireAttributes(attributes),
  }));
  const scopeSpans = [{ scope: { name: 'costspan' }, spans }];
  return send(sink, 'traces', { resourceSpans: [{ resource, scopeSpans }] });
}
