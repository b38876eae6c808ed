import {
  ATTR_COSTSPAN_ATTRIBUTION_MISSING,
  type Attribution,
  ATTRIBUTION,
  ATTRIBUTION_ENTRIES,
  type AttributionKey,
  type Attributes,
} from '../../../conventions/index.ts';
import type { InboundClaims } from './inbound-claims.ts';
import type { AttributionSource, MutableAttribution } from './attribution-source.ts';
import type { RunScope } from './run-scope.ts';

/** Whom a call is for, worked out once for each context that holds attribution. Immutable. */
export interface AttributionScope {
  readonly values: Attribution;
  /** Where each value came from. */
  readonly sources: Readonly<Partial<Record<AttributionKey, AttributionSource>>>;
  /** Required keys that have no value. */
  readonly missing: readonly AttributionKey[];
  /** What happens to a call with missing keys. */
  readonly mode: 'warn' | 'block';
  /** The attributes of a span under their telemetry names, missing keys included. */
  readonly spanAttributes: Attributes;
  /** The values of the configured metric dimensions, in their order. */
  readonly dimensions: readonly (string | undefined)[];
  /**
   * False when a value rests on baggage that nobody vouched for: no hard cap may rest on a value
   * whose source is `baggage` then.
   */
  readonly inboundVerified: boolean;
  /** The run that a caller in another process handed on, if it is believed. */
  readonly inboundRun: { readonly id: string } | undefined;
  readonly runScope: RunScope | undefined;
}

/** Everything that does not change from call to call. */
export interface AttributionPolicy {
  readonly defaults: Attribution;
  readonly environment: Attribution;
  readonly required: readonly AttributionKey[];
  readonly mode: 'warn' | 'block';
  readonly believed: ReadonlySet<AttributionKey | 'runId'>;
  readonly dimensions: readonly AttributionKey[];
}

/** Applies precedence: code, then environment, then believed baggage, then defaults. */
export function createAttributionScope(
  policy: AttributionPolicy,
  code: Attribution | undefined,
  claims: InboundClaims | undefined,
  runScope: RunScope | undefined,
): AttributionScope {
  const values: MutableAttribution = {};
  const sources: Partial<Record<AttributionKey, AttributionSource>> = {};
  const spanAttributes: Attributes = {};
  for (const [key, { attribute }] of ATTRIBUTION_ENTRIES) {
    const claimed = policy.believed.has(key) ? claims?.values[key] : undefined;
    const value =
      code?.[key] ?? policy.environment[key] ?? claimed ?? policy.defaults[key] ?? undefined;
    if (value === undefined) {
      continue;
    }
    values[key] = value;
    spanAttributes[attribute] = value;
    sources[key] =
      code?.[key] !== undefined
        ? 'code'
        : policy.environment[key] !== undefined
          ? 'environment'
          : claimed !== undefined
            ? 'baggage'
            : 'defaults';
  }
  const missing = policy.required.filter((key) => values[key] === undefined);
  if (missing.length > 0) {
    spanAttributes[ATTR_COSTSPAN_ATTRIBUTION_MISSING] = missing.map(
      (key) => ATTRIBUTION[key].attribute,
    );
  }
  const runId = policy.believed.has('runId') ? claims?.runId : undefined;
  return Object.freeze({
    values: Object.freeze(values),
    sources: Object.freeze(sources),
    missing: Object.freeze(missing),
    mode: policy.mode,
    spanAttributes: Object.freeze(spanAttributes),
    dimensions: Object.freeze(policy.dimensions.map((key) => values[key])),
    inboundVerified: claims?.verified !== false || !Object.values(sources).includes('baggage'),
    inboundRun: runId === undefined ? undefined : Object.freeze({ id: runId }),
    runScope,
  });
}
