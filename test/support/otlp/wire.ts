/** OTLP/JSON as far as the sink reads it. Every field may be missing: proto3 leaves out defaults. */
export interface WireAnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly WireAnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly WireKeyValue[] };
  readonly bytesValue?: string;
}

export interface WireKeyValue {
  readonly key: string;
  readonly value?: WireAnyValue;
}

export interface WireScope {
  readonly name?: string;
  readonly version?: string;
}

interface WireResource {
  readonly resource?: { readonly attributes?: readonly WireKeyValue[] };
}

export interface WireSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly WireKeyValue[];
  readonly events?: readonly {
    readonly name?: string;
    readonly timeUnixNano?: string;
    readonly attributes?: readonly WireKeyValue[];
  }[];
  readonly links?: readonly {
    readonly traceId?: string;
    readonly spanId?: string;
    readonly attributes?: readonly WireKeyValue[];
  }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface WireTraces {
  readonly resourceSpans?: readonly (WireResource & {
    readonly scopeSpans?: readonly {
      readonly scope?: WireScope;
      readonly spans?: readonly WireSpan[];
    }[];
  })[];
}

export interface WirePoint {
  readonly attributes?: readonly WireKeyValue[];
  readonly timeUnixNano?: string;
  readonly asDouble?: number | string;
  readonly asInt?: string | number;
  readonly count?: string | number;
  readonly sum?: number | string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly bucketCounts?: readonly (string | number)[];
  readonly explicitBounds?: readonly number[];
}

interface WireData {
  readonly dataPoints?: readonly WirePoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

export interface WireMetric {
  readonly name?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly gauge?: WireData;
  readonly sum?: WireData;
  readonly histogram?: WireData;
  readonly exponentialHistogram?: WireData;
}

export interface WireMetrics {
  readonly resourceMetrics?: readonly (WireResource & {
    readonly scopeMetrics?: readonly {
      readonly scope?: WireScope;
      readonly metrics?: readonly WireMetric[];
    }[];
  })[];
}

export interface WireLogRecord {
  readonly timeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: WireAnyValue;
  readonly attributes?: readonly WireKeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface WireLogs {
  readonly resourceLogs?: readonly (WireResource & {
    readonly scopeLogs?: readonly {
      readonly scope?: WireScope;
      readonly logRecords?: readonly WireLogRecord[];
    }[];
  })[];
}
