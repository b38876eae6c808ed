import type { Attribution } from '../../../conventions/index.ts';

/** What inbound baggage claims. Claims are kept whole; the allow-list is applied on reading. */
export interface InboundClaims {
  readonly values: Attribution;
  readonly runId: string | undefined;
  /** True only when the application's `verifyInbound` vouched for the request. */
  readonly verified: boolean;
}
