import { propagation, type Baggage, type Context } from '@opentelemetry/api';
import type { Attribution } from '../../conventions/index.ts';
import { layerOf } from './attribution-layer.ts';
import { isAttributionKey, type AttributionKey } from './attribution-keys.ts';
import {
  createAttributionScope,
  type AttributionPolicy,
  type AttributionScope,
} from './attribution-scope.ts';
import { parseAttribution } from './attribution-value.ts';
import { claimsInForce, claimsOf } from './baggage-members.ts';

/** The configuration of attribution, as `costspan.yaml` and the environment give it. */
export interface AttributionOptions {
  /** Used where nothing else says. */
  readonly defaults?: Attribution | undefined;
  /** From `COSTSPAN_TEAM` and its like; wins over baggage and `defaults`. */
  readonly environment?: Attribution | undefined;
  /** Keys that every call must have. */
  readonly required?: readonly AttributionKey[] | undefined;
  /** `warn` (default): a call with missing keys passes. `block`: it is refused. */
  readonly mode?: 'warn' | 'block' | undefined;
  /** Keys believed from inbound baggage. Default `['runId']`. */
  readonly inbound?: readonly (AttributionKey | 'runId')[] | undefined;
  /** Keys that become metric dimensions; never the user. Default team and workflow. */
  readonly dimensions?: readonly AttributionKey[] | undefined;
}

/** Answers whom a context's calls are for. */
export class AttributionResolver {
  // A new object for each configuration, so that what was memoised under the old one lapses.
  #policy: AttributionPolicy;
  #base: AttributionScope;
  #byBaggage = new WeakMap<Baggage, AttributionScope>();

  constructor(options: AttributionOptions = {}) {
    this.#policy = createPolicy(options);
    this.#base = createAttributionScope(this.#policy, undefined, undefined, undefined);
  }

  /** Takes a new configuration; it holds from the next {@link resolve} on. */
  configure(options: AttributionOptions): void {
    this.#policy = createPolicy(options);
    this.#base = createAttributionScope(this.#policy, undefined, undefined, undefined);
    this.#byBaggage = new WeakMap();
  }

  /**
   * The attribution in force in `ctx`. The same object comes back for the same attribution, so
   * what a caller derives from it may be kept beside it. Never throws.
   */
  resolve(ctx: Context): AttributionScope {
    const layer = layerOf(ctx);
    const policy = this.#policy;
    // Where the application owns the propagator, members stay in OpenTelemetry's baggage.
    const baggage = policy.believed.size > 0 ? propagation.getBaggage(ctx) : undefined;
    if (layer === undefined) {
      return baggage === undefined ? this.#base : this.#resolveBaggage(baggage);
    }
    if (
      layer.resolved !== undefined &&
      layer.resolvedFor === policy &&
      layer.resolvedBaggage === baggage
    ) {
      return layer.resolved;
    }
    const claims = claimsInForce(layer.claims, baggage);
    const scope = createAttributionScope(policy, layer.code, claims, layer.run);
    layer.resolved = scope;
    layer.resolvedFor = policy;
    layer.resolvedBaggage = baggage;
    return scope;
  }

  #resolveBaggage(baggage: Baggage): AttributionScope {
    const known = this.#byBaggage.get(baggage);
    if (known !== undefined) {
      return known;
    }
    const claims = claimsOf(baggage);
    const scope =
      claims === undefined
        ? this.#base
        : createAttributionScope(this.#policy, undefined, claims, undefined);
    this.#byBaggage.set(baggage, scope);
    return scope;
  }
}

/** Copies the options, leaving out what does not belong: they may come from a program. */
function createPolicy(options: AttributionOptions): AttributionPolicy {
  const inbound = options.inbound ?? ['runId'];
  const dimensions = options.dimensions ?? ['team', 'workflow'];
  return {
    defaults: parseAttribution(options.defaults, 'defaults'),
    environment: parseAttribution(options.environment, 'environment'),
    required: (options.required ?? []).filter(isAttributionKey),
    mode: options.mode ?? 'warn',
    believed: new Set(inbound.filter((key) => key === 'runId' || isAttributionKey(key))),
    dimensions: dimensions.filter((key) => isAttributionKey(key) && key !== 'userId'),
  };
}

let processResolver = new AttributionResolver();

/** The resolver behind the free functions of this folder; the wiring sets it. */
export function attributionResolver(): AttributionResolver {
  return processResolver;
}

/** Makes `resolver` the one behind the free functions of this folder. */
export function setAttributionResolver(resolver: AttributionResolver): void {
  processResolver = resolver;
}

/** The run that a caller in another process handed on in `ctx`, if it is believed. */
export function inboundRun(ctx: Context): { readonly id: string } | undefined {
  return processResolver.resolve(ctx).inboundRun;
}
