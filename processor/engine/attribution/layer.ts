import type { Attribution } from '../../../conventions/index.ts';
import type { AttributionScope } from './attribution-scope.ts';
import type { InboundClaims } from './inbound-claims.ts';
import type { RunScope } from './run-scope.ts';

/**
 * What holds for attribution in one place: what code said and what baggage claimed, before
 * precedence is applied. Immutable but for the memo of the last resolution.
 */
export class AttributionLayer {
  readonly code: Attribution;
  readonly claims: InboundClaims | undefined;
  readonly run: RunScope | undefined;

  // The memo: valid for one policy and one source of further claims.
  resolvedFor: object | undefined = undefined;
  resolvedClaims: object | undefined = undefined;
  resolved: AttributionScope | undefined = undefined;

  constructor(code: Attribution, claims: InboundClaims | undefined, run: RunScope | undefined) {
    this.code = code;
    this.claims = claims;
    this.run = run;
  }
}
