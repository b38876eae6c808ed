/** A budget has reached a share of its limit. Money in USD, else tokens or calls. */
export interface BudgetAlert {
  readonly budget: string;
  /** Such as `userId=u-17`; absent where the budget is not split. */
  readonly split?: string | undefined;
  /** Such as `2026-11`. */
  readonly period: string;
  /** Share of the limit that was reached. */
  readonly threshold: number;
  readonly unit: 'usd' | 'tokens' | 'calls';
  readonly limit: number;
  readonly spent: number;
  readonly owner?: string | undefined;
}

/** A call that a budget would send to a cheaper model. */
export interface DowngradeRequest {
  readonly budget: string;
  readonly provider: string;
  readonly model: string;
  readonly team?: string | undefined;
  readonly workflow?: string | undefined;
}

/** What the application wants to decide or hear of. */
export interface BudgetHooks {
  /** Told once a period and threshold in the whole fleet, in the process that saw it first. */
  readonly onAlert?: ((alert: BudgetAlert) => void) | undefined;
  /** Names the model to ask instead; `undefined` leaves it to `downgradeTo`. Must be quick. */
  readonly downgrade?: ((request: DowngradeRequest) => string | undefined) | undefined;
}
