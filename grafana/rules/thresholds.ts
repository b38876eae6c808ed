/** Where alerts begin, as `alerts` in costspan.yaml sets it. */
export interface Thresholds {
  /** Times the usual hour of a workflow. */
  readonly spendSpike: number;
  /** Times the usual cost of a call. */
  readonly costPerCallRise: number;
  /** Times the tokens that a call usually reads, or writes. */
  readonly tokenGrowth: number;
  /** Points of the spend that a model gains, as a share. */
  readonly modelMixDrift: number;
  /** Points of the calls that a tier gains, as a share. */
  readonly tierDrift: number;
  /** Share of the usual cache hit rate below which it has dropped. */
  readonly cacheHitDrop: number;
  readonly retryShare: number;
  readonly errorShare: number;
  /** Share of a day's spend without a team. */
  readonly untaggedShare: number;
  /** Worth of outcomes for each USD spent, below which a workflow costs more than it brings. */
  readonly valuePerUsd: number;
  /** Times the even pace of a budget. */
  readonly burnRate: number;
  /** Inference calls of a run, at a boundary of its histogram. */
  readonly runawayCalls: number;
  readonly priceBookDays: number;
  readonly silentMinutes: number;
  /** Below so much an hour, no change of spend alerts. */
  readonly minHourlyUsd: number;
  /** Below so many calls an hour, no share or mean alerts. */
  readonly minHourlyCalls: number;
  /** What is known for less time has nothing usual yet. */
  readonly minHistoryDays: number;
  /** Share of its period that must have passed before a budget's pace and forecast alert. */
  readonly minElapsed: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  spendSpike: 3,
  costPerCallRise: 1.5,
  tokenGrowth: 1.5,
  modelMixDrift: 0.25,
  tierDrift: 0.2,
  cacheHitDrop: 0.5,
  retryShare: 0.2,
  errorShare: 0.1,
  untaggedShare: 0.05,
  valuePerUsd: 1,
  burnRate: 2,
  runawayCalls: 64,
  priceBookDays: 60,
  silentMinutes: 75,
  minHourlyUsd: 1,
  minHourlyCalls: 20,
  minHistoryDays: 1,
  minElapsed: 0.02,
};
