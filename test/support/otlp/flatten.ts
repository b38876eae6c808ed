import type { WireAnyValue, WireKeyValue, WireLogs, WireScope, WireTraces } from './wire.ts';

export type AttributeType =
  | 'int'
  | 'double'
  | 'string'
  | 'bool'
  | 'array'
  | 'map'
  | 'bytes'
  | 'empty';

export type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';

export interface SinkScope {
  readonly name: string;
  readonly version: string;
}

export interface SinkEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: Record<string, unknown>;
}

export interface SinkLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Record<string, unknown>;
}

/** One span as it arrived. Ids are hexadecimal. */
export interface SinkSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly traceId: string;
  readonly spanId: string;
  /** `undefined` at the root. */
  readonly parentSpanId: string | undefined;
  /** Integers and doubles are both numbers here; `attributeTypes` tells them apart. */
  readonly attributes: Record<string, unknown>;
  readonly attributeTypes: Record<string, AttributeType>;
  readonly status: { readonly code: 'unset' | 'ok' | 'error'; readonly message: string };
  readonly events: readonly SinkEvent[];
  readonly links: readonly SinkLink[];
  readonly scope: SinkScope;
  readonly resource: Record<string, unknown>;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
}

/** One log record as it arrived. */
export interface SinkLog {
  /** Empty for a log record that is not an event. */
  readonly eventName: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly attributeTypes: Record<string, AttributeType>;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly timeUnixNano: bigint;
  readonly scope: SinkScope;
  readonly resource: Record<string, unknown>;
}

function plainValue(value: WireAnyValue | undefined): [type: AttributeType, value: unknown] {
  if (value?.stringValue !== undefined) return ['string', value.stringValue];
  if (value?.boolValue !== undefined) return ['bool', value.boolValue];
  if (value?.intValue !== undefined) return ['int', Number(value.intValue)];
  if (value?.doubleValue !== undefined) return ['double', Number(value.doubleValue)];
  if (value?.bytesValue !== undefined) return ['bytes', value.bytesValue];
  if (value?.kvlistValue !== undefined) return ['map', plainAttributes(value.kvlistValue.values)];
  if (value?.arrayValue === undefined) return ['empty', undefined];
  return ['array', (value.arrayValue.values ?? []).map((one) => plainValue(one)[1])];
}

/** Attributes as a plain object. */
export function plainAttributes(
  attributes: readonly WireKeyValue[] | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    (attributes ?? []).map(({ key, value }) => [key, plainValue(value)[1]]),
  );
}

function typesOf(attributes: readonly WireKeyValue[] | undefined): Record<string, AttributeType> {
  return Object.fromEntries(
    (attributes ?? []).map(({ key, value }) => [key, plainValue(value)[0]]),
  );
}

export function plainScope(scope: WireScope | undefined): SinkScope {
  return { name: scope?.name ?? '', version: scope?.version ?? '' };
}

const KINDS: readonly SpanKind[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
const STATUS_CODES = ['unset', 'ok', 'error'] as const;

/** Empty ids, which proto3 sends for none, become `undefined`. */
function optionalId(id: string | undefined): string | undefined {
  return id === undefined || id === '' ? undefined : id.toLowerCase();
}

export function flattenSpans({ resourceSpans = [] }: WireTraces): SinkSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({
        name: span.name ?? '',
        kind: KINDS[span.kind ?? 0] ?? 'unspecified',
        traceId: optionalId(span.traceId) ?? '',
        spanId: optionalId(span.spanId) ?? '',
        parentSpanId: optionalId(span.parentSpanId),
        attributes: plainAttributes(span.attributes),
        attributeTypes: typesOf(span.attributes),
        status: {
          code: STATUS_CODES[span.status?.code ?? 0] ?? 'unset',
          message: span.status?.message ?? '',
        },
        events: (span.events ?? []).map((event) => ({
          name: event.name ?? '',
          timeUnixNano: BigInt(event.timeUnixNano ?? 0),
          attributes: plainAttributes(event.attributes),
        })),
        links: (span.links ?? []).map((link) => ({
          traceId: optionalId(link.traceId) ?? '',
          spanId: optionalId(link.spanId) ?? '',
          attributes: plainAttributes(link.attributes),
        })),
        scope: plainScope(scope),
        resource: plainAttributes(resource?.attributes),
        startTimeUnixNano: BigInt(span.startTimeUnixNano ?? 0),
        endTimeUnixNano: BigInt(span.endTimeUnixNano ?? 0),
      })),
    ),
  );
}

export function flattenLogs({ resourceLogs = [] }: WireLogs): SinkLog[] {
  return resourceLogs.flatMap(({ resource, scopeLogs = [] }) =>
    scopeLogs.flatMap(({ scope, logRecords = [] }) =>
      logRecords.map((record) => ({
        eventName: record.eventName ?? '',
        severityNumber: record.severityNumber ?? 0,
        severityText: record.severityText ?? '',
        body: plainValue(record.body)[1],
        attributes: plainAttributes(record.attributes),
        attributeTypes: typesOf(record.attributes),
        traceId: optionalId(record.traceId),
        spanId: optionalId(record.spanId),
        timeUnixNano: BigInt(record.timeUnixNano ?? 0),
        scope: plainScope(scope),
        resource: plainAttributes(resource?.attributes),
      })),
    ),
  );
}
