import { readFileSync } from 'node:fs';

import protobuf from 'protobufjs';

export type OtlpSignal = 'traces' | 'metrics' | 'logs';

const REQUESTS = {
  traces: 'otlp.ExportTraceServiceRequest',
  metrics: 'otlp.ExportMetricsServiceRequest',
  logs: 'otlp.ExportLogsServiceRequest',
} as const satisfies Record<OtlpSignal, string>;

let root: protobuf.Root | undefined;

function requestType(signal: OtlpSignal): protobuf.Type {
  root ??= protobuf.parse(readFileSync(new URL('./otlp.proto', import.meta.url), 'utf8')).root;
  return root.lookupType(REQUESTS[signal]);
}

const IDS = new Set(['traceId', 'spanId', 'parentSpanId']);

/** Bytes as OTLP/JSON has them: ids in hexadecimal, anything else in base64. */
function bytesToText(value: unknown, key: string | undefined): unknown {
  if (value instanceof Uint8Array) {
    return Buffer.from(value).toString(key !== undefined && IDS.has(key) ? 'hex' : 'base64');
  }
  if (Array.isArray(value)) return value.map((one) => bytesToText(one, undefined));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, bytesToText(inner, name)]),
  );
}

/** One export request in the form of OTLP/JSON: 64-bit integers as strings, enums as numbers. */
export function decodeOtlp(
  signal: OtlpSignal,
  bytes: Uint8Array,
  contentType: string | undefined,
): object {
  if (contentType?.includes('json') === true) {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as object;
  }
  const type = requestType(signal);
  const plain = type.toObject(type.decode(bytes), { longs: String, enums: Number });
  return bytesToText(plain, undefined) as object;
}
