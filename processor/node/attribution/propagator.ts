import {
  type Context,
  diag,
  type DiagLogger,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import type { Attribution } from '../../../conventions/index.ts';
import type { InboundClaims } from '../../engine/attribution/inbound-claims.ts';
import { moveMembers, removeMembers } from './baggage-members.ts';

/** What an inbound request claims about itself, for the application to judge. */
export interface InboundRequest {
  /** Values that passed the value rules, whether or not they are on the allow-list. */
  readonly values: Attribution;
  readonly runId: string | undefined;
  /** The first value of a header or metadata field of the request. */
  header(name: string): string | undefined;
}

export interface CostspanPropagatorOptions {
  /** The propagator that does the work: the application's, or W3C trace context and baggage. */
  readonly inner: TextMapPropagator;
  /**
   * Vouches for the sender, by a signature or an authenticated peer, say. True: what the request
   * claims may bear a hard cap. False, or a throw: nothing of it is believed. Without a callback,
   * claims are believed for reporting but bear no hard cap.
   */
  readonly verifyInbound?: ((request: InboundRequest) => boolean) | undefined;
}

const log: DiagLogger = diag.createComponentLogger({ namespace: 'costspan/attribution' });

/**
 * A propagator that keeps our members at home. On extract it moves them out of OpenTelemetry's
 * baggage to our own context key; on inject it lets none through, because a propagator is not told
 * which host it writes for (allowed hosts get theirs from `startOutboundBaggage`).
 */
export class CostspanPropagator implements TextMapPropagator {
  readonly #inner: TextMapPropagator;
  readonly #verifyInbound: ((request: InboundRequest) => boolean) | undefined;
  #warned = false;

  constructor(options: CostspanPropagatorOptions) {
    this.#inner = options.inner;
    this.#verifyInbound = options.verifyInbound;
  }

  inject<Carrier>(ctx: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    this.#inner.inject(removeMembers(ctx), carrier, setter);
  }

  extract<Carrier>(ctx: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    const extracted = this.#inner.extract(ctx, carrier, getter);
    return moveMembers(extracted, (claims) => this.#judge(claims, carrier, getter));
  }

  fields(): string[] {
    return this.#inner.fields();
  }

  #judge<Carrier>(
    claims: InboundClaims,
    carrier: Carrier,
    getter: TextMapGetter<Carrier>,
  ): InboundClaims | undefined {
    if (this.#verifyInbound === undefined) {
      return claims;
    }
    try {
      // Only `true` itself counts: an async callback's promise would be truthy.
      const verified: unknown = this.#verifyInbound({
        values: claims.values,
        runId: claims.runId,
        header: (name) => firstValue(getter.get(carrier, name)),
      });
      return verified === true ? { ...claims, verified: true } : undefined;
    } catch (error) {
      if (!this.#warned) {
        this.#warned = true;
        log.warn('verifyInbound threw, so the request is not believed.', error);
      }
      return undefined;
    }
  }
}

function firstValue(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
