import { propagation, type Baggage, type Context } from '@opentelemetry/api';
import {
  type Attribution,
  type AttributionKey,
  isAttributionKey,
  isMetricDimension,
} from '../../../conventions/index.ts';
import type {
  AttributionPolicy,
  AttributionScope,
} from '../../engine/attribution/attribution-scope.ts';
import { parseAttribution } from './refusals.ts';
import { claimsInForce, claimsOf } from './baggage-members.ts';
import { layerOf } from './layer-context.ts';
import {
  type ClaimReader,
  ScopeResolver,
  type ToldAttribution,
} from '../../engine/attribution/scope-resolver.ts';

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
  readonly #scopes: ScopeResolver<Baggage>;

  constructor(options: AttributionOptions = {}) {
    this.#scopes = new ScopeResolver(createPolicy(options), readClaims);
  }

  /** Takes a new configuration; it holds from the next {@link resolve} on. */
  configure(options: AttributionOptions): void {
    this.#scopes.configure(createPolicy(options));
  }

  /** The attribution that another process has worked out, as it stands there. */
  restore(told: ToldAttribution): AttributionScope {
    return this.#scopes.restore({
      ...told,
      attribution: parseAttribution(told.attribution, 'code'),
    });
  }

  /**
   * The attribution in force in `ctx`. The same object comes back for the same attribution, so
   * what a caller derives from it may be kept beside it. Never throws.
   */
  resolve(ctx: Context): AttributionScope {
    // Where the application owns the propagator, members stay in OpenTelemetry's baggage.
    const baggage = this.#scopes.believesClaims ? propagation.getBaggage(ctx) : undefined;
    return this.#scopes.resolve(layerOf(ctx), baggage);
  }
}

const readClaims: ClaimReader<Baggage> = {
  claimsOf,
  claimsInForce,
};

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
    dimensions: dimensions.filter((key) => isAttributionKey(key) && isMetricDimension(key)),
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
