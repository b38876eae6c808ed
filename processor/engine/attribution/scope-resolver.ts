import {
  createAttributionScope,
  type AttributionPolicy,
  type AttributionScope,
} from './attribution-scope.ts';
import type { InboundClaims } from './inbound-claims.ts';
import type { AttributionLayer } from './layer.ts';

/** Reads what the host carries claims in, such as OpenTelemetry's baggage. */
export interface ClaimReader<Source> {
  claimsOf(source: Source): InboundClaims | undefined;
  /** The claims of a layer, and those that the source holds since. */
  claimsInForce(
    moved: InboundClaims | undefined,
    source: Source | undefined,
  ): InboundClaims | undefined;
}

/** What one process tells another of a scope. */
export interface ToldAttribution extends Pick<AttributionScope, 'sources'> {
  readonly attribution: AttributionScope['values'];
  readonly isVerified: boolean;
  readonly runId: string;
}

/** Answers whom work is for, by one policy; what it has worked out once it remembers. */
export class ScopeResolver<Source extends object> {
  // A new object for each configuration, so that what was memoised under the old one lapses.
  #policy: AttributionPolicy;
  #base: AttributionScope;
  #bySource = new WeakMap<Source, AttributionScope>();
  readonly #reader: ClaimReader<Source>;

  constructor(policy: AttributionPolicy, reader: ClaimReader<Source>) {
    this.#policy = policy;
    this.#base = createAttributionScope(policy, undefined, undefined, undefined);
    this.#reader = reader;
  }

  configure(policy: AttributionPolicy): void {
    this.#policy = policy;
    this.#base = createAttributionScope(policy, undefined, undefined, undefined);
    this.#bySource = new WeakMap();
  }

  /** The attribution that another process has worked out, as it stands there. */
  restore(told: ToldAttribution): AttributionScope {
    const policy = { ...this.#policy, defaults: {}, environment: {}, required: [] };
    const scope = createAttributionScope(policy, told.attribution, undefined, undefined);
    return {
      ...scope,
      sources: told.sources,
      inboundVerified: told.isVerified,
      inboundRun: { id: told.runId },
    };
  }

  /** Whether anything is believed that a source may claim. */
  get believesClaims(): boolean {
    return this.#policy.believed.size > 0;
  }

  /** The attribution in force where `layer` holds and `source` claims. Never throws. */
  resolve(layer: AttributionLayer | undefined, source: Source | undefined): AttributionScope {
    if (layer === undefined) return source === undefined ? this.#base : this.#ofSource(source);
    const policy = this.#policy;
    if (
      layer.resolved !== undefined &&
      layer.resolvedFor === policy &&
      layer.resolvedClaims === source
    ) {
      return layer.resolved;
    }
    const claims = this.#reader.claimsInForce(layer.claims, source);
    const scope = createAttributionScope(policy, layer.code, claims, layer.run);
    layer.resolved = scope;
    layer.resolvedFor = policy;
    layer.resolvedClaims = source;
    return scope;
  }

  #ofSource(source: Source): AttributionScope {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const claims = this.#reader.claimsOf(source);
    const scope =
      claims === undefined
        ? this.#base
        : createAttributionScope(this.#policy, undefined, claims, undefined);
    this.#bySource.set(source, scope);
    return scope;
  }
}
