import type { Attribution, AttributionKey, MetricDimension } from '../../../conventions/index.ts';

/**
 * What `costspan.yaml` may hold, and what it means once defaults and environment are in. The same
 * keys are validated in `schema.ts`, whose type must equal {@link CostspanConfig}.
 */

/** What inbound baggage may be believed for. */
export type InboundKey = AttributionKey | 'runId';

/** Which calls something applies to: all keys must hold. A `*` stands for any text. */
export interface MatchConfig extends Attribution {
  readonly agent?: string | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
}

export interface AttributionConfig {
  /** Used where neither code, environment nor believed baggage says otherwise. */
  readonly defaults?: Attribution | undefined;
  /** Keys a call must have; missing ones are counted as untagged, or refused with `mode: block`. */
  readonly required?: readonly AttributionKey[] | undefined;
  /** Default `warn`. */
  readonly mode?: 'warn' | 'block' | undefined;
  /** Keys believed from the baggage of inbound requests. */
  readonly inbound?: readonly InboundKey[] | undefined;
  /** Hosts that are sent our baggage: `host`, `*.suffix`, either with `:port`. Default none. */
  readonly outboundHosts?: readonly string[] | undefined;
}

export interface PricingConfig {
  /** File with negotiated rates and private models; relative to the configuration file. */
  readonly overlay?: string | undefined;
  /** How reports show a model that has no price. Default `unpriced`, the only value so far. */
  readonly unknownModel?: 'unpriced' | undefined;
}

export type BudgetPeriod =
  | 'run'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  /** The last `windowHours`, at any moment. */
  | 'rolling';
export type BudgetMode = 'soft' | 'balanced' | 'hard';
export type BudgetAction = 'alert' | 'throttle' | 'downgrade' | 'block' | 'kill';
export type UnknownModelPolicy = 'assume-dearest' | 'deny' | 'allow';

/** One cap on spend. Exactly one of `limitUsd`, `limitTokens` and `limitCalls`. */
export interface BudgetConfig {
  readonly id: string;
  readonly match?: MatchConfig | undefined;
  readonly limitUsd?: number | undefined;
  readonly limitTokens?: number | undefined;
  readonly limitCalls?: number | undefined;
  readonly period: BudgetPeriod;
  /** Length of the window of `period: rolling`. */
  readonly windowHours?: number | undefined;
  /** IANA zone whose calendar the period follows. Default `UTC`. */
  readonly timezone?: string | undefined;
  /** Shares of the limit that alert once each. Default 0.5, 0.75, 0.8 and 1. */
  readonly alertAt?: readonly number[] | undefined;
  /** Default `balanced`. */
  readonly mode?: BudgetMode | undefined;
  /** What happens at the limit. Default `alert` when `mode` is `soft`, else `block`. */
  readonly action?: BudgetAction | undefined;
  readonly owner?: string | undefined;
  /** Default `closed` when `mode` is `hard`, else `open`. */
  readonly onStoreFailure?: 'open' | 'closed' | undefined;
  /** Share of the limit one process may spend while the store is away. Default 0.02. */
  readonly outageAllowance?: number | undefined;
  /** Default `assume-dearest`. */
  readonly unknownModel?: UnknownModelPolicy | undefined;
  /** One separate allowance for each value of these keys. */
  readonly splitBy?: readonly (keyof MatchConfig)[] | undefined;
  /**
   * Longest wait, in milliseconds, for money that other calls hold, or with `action: throttle` for
   * the next period. Default 0; 10,000 with `action: throttle`.
   */
  readonly maxWaitMs?: number | undefined;
  /** Lowers `max_tokens` to what is left. Default false, because it changes the request. */
  readonly clampMaxTokens?: boolean | undefined;
  /** The model that `action: downgrade` sends calls to: one for all text, or one for each model. */
  readonly downgradeTo?: string | Readonly<Record<string, string>> | undefined;
}

/** Limits of one agent run. What is absent is unlimited. */
export interface AgentLimitConfig {
  readonly match?: MatchConfig | undefined;
  readonly maxInferenceCalls?: number | undefined;
  readonly maxToolCalls?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly maxDurationSeconds?: number | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly maxDepth?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** Input tokens of one call. */
  readonly maxContextTokens?: number | undefined;
  /** Same tool with the same arguments. */
  readonly maxRepeatedToolCalls?: number | undefined;
  /** Calls of one run by tool; `*` is every tool that is not named. */
  readonly maxCallsPerTool?: Readonly<Record<string, number>> | undefined;
  /** What a usual run takes; twice as much alerts. */
  readonly expectedTokens?: number | undefined;
}

/** A scope that is switched off. At least one key besides `reason`, `actor` and `until`. */
export interface PausedConfig extends MatchConfig {
  readonly run?: string | undefined;
  readonly reason?: string | undefined;
  readonly actor?: string | undefined;
  /** ISO 8601; absent means until the entry is removed. */
  readonly until?: string | undefined;
}

/** One entry of the register of workloads. */
export interface WorkloadConfig {
  readonly id: string;
  readonly match?: MatchConfig | undefined;
  readonly owner?: string | undefined;
  readonly costCenter?: string | undefined;
  /** Model tier the workload is meant to run on. */
  readonly tier?: string | undefined;
  readonly expectedMonthlyUsd?: number | undefined;
  readonly expectedMonthlyCalls?: number | undefined;
  readonly fallback?: string | undefined;
  readonly qualityMetric?: string | undefined;
  readonly valueMetric?: string | undefined;
  /** ISO 8601 date. */
  readonly reviewDate?: string | undefined;
}

export interface MetricsConfig {
  /** Default `team` and `workflow`. */
  readonly dimensions?: readonly MetricDimension[] | undefined;
  /** Further values are counted as `other`. Default 200. */
  readonly maxValuesPerDimension?: number | undefined;
  /** Attribute sets of one instrument, below the SDK's own limit of 2,000. Default 1,800. */
  readonly maxSets?: number | undefined;
}

/** Where every booked call is written down, one row each. Never prompts or completions. */
export interface LedgerConfig {
  /**
   * `file`: JSON Lines on disk. `events`: OpenTelemetry log events. `off`: nowhere. Default `file`
   * if some budget blocks, because its counters are rebuilt from the rows, else `off`.
   */
  readonly mode?: 'off' | 'file' | 'events' | undefined;
  /** Folder of the files, relative to the configuration file. Default `.costspan/ledger`. */
  readonly folder?: string | undefined;
  /** Size in MiB at which a file is followed by another. Default 16. */
  readonly maxSegmentMb?: number | undefined;
  /** Size in MiB of all files, beyond which the oldest are removed. Default 1024. */
  readonly maxTotalMb?: number | undefined;
  /** Days that are kept. Default 100. */
  readonly keepDays?: number | undefined;
}

/** Where the alerts begin that `costspan grafana` writes. Processes do not read it. */
export interface AlertsConfig {
  /** Times the usual hour of a workflow. Default 3. */
  readonly spendSpike?: number | undefined;
  /** Times the usual cost of a call. Default 1.5. */
  readonly costPerCallRise?: number | undefined;
  /** Times the tokens that a call usually reads or writes. Default 1.5. */
  readonly tokenGrowth?: number | undefined;
  /** Share of the spend that a model gains. Default 0.25. */
  readonly modelMixDrift?: number | undefined;
  /** Share of the calls that a tier gains. Default 0.2. */
  readonly tierDrift?: number | undefined;
  /** Share of the usual cache hit rate. Default 0.5. */
  readonly cacheHitDrop?: number | undefined;
  /** Share of the calls that are sent again. Default 0.2. */
  readonly retryShare?: number | undefined;
  /** Share of the calls that fail. Default 0.1. */
  readonly errorShare?: number | undefined;
  /** Share of a day's spend without a team. Default 0.05. */
  readonly untaggedShare?: number | undefined;
  /** Worth of outcomes for each USD spent. Default 1. */
  readonly valuePerUsd?: number | undefined;
  /** Times the even pace of a budget. Default 2. */
  readonly burnRate?: number | undefined;
  /** Inference calls of a run; a boundary of the histogram. Default 64. */
  readonly runawayCalls?: number | undefined;
  /** Age of the price book. Default 60. */
  readonly priceBookDays?: number | undefined;
  /** How long nothing comes from a team that was always there. Default 75. */
  readonly silentMinutes?: number | undefined;
  /** Below it no change of spend alerts. Default 1. */
  readonly minHourlyUsd?: number | undefined;
  /** Below it no share or mean alerts. Default 20. */
  readonly minHourlyCalls?: number | undefined;
  /** What is known for less has nothing usual yet. Default 1, at most 7. */
  readonly minHistoryDays?: number | undefined;
  /** Share of a budget's period that must have passed before its pace alerts. Default 0.02. */
  readonly minElapsed?: number | undefined;
  /** Work that happens once: no forecast expects it again, and no spike or drift alerts of it. */
  readonly oneOffs?: OneOffsConfig | undefined;
}

export interface OneOffsConfig {
  readonly workflows?: readonly string[] | undefined;
  /** Needs `requestType` among `metrics.dimensions`. */
  readonly requestTypes?: readonly string[] | undefined;
}

/** The file as written. Every key is optional. */
export interface CostspanConfig {
  /** For editors; ignored. */
  readonly $schema?: string | undefined;
  readonly attribution?: AttributionConfig | undefined;
  readonly pricing?: PricingConfig | undefined;
  readonly budgets?: readonly BudgetConfig[] | undefined;
  readonly agents?: readonly AgentLimitConfig[] | undefined;
  readonly paused?: readonly PausedConfig[] | undefined;
  /** Models that may be called; a trailing `*` matches any ending. Empty means all. */
  readonly allowedModels?: readonly string[] | undefined;
  readonly workloads?: readonly WorkloadConfig[] | undefined;
  /** `memory`, `sqlite:<path>`, `redis://…` or `rediss://…`. Default `memory`. */
  readonly store?: string | undefined;
  readonly ledger?: LedgerConfig | undefined;
  readonly metrics?: MetricsConfig | undefined;
  readonly alerts?: AlertsConfig | undefined;
  /** Prompts and completions on telemetry. Only `off`. */
  readonly content?: 'off' | undefined;
  /** Asks hosts known to give it for the usage of streams, and hides the extra chunk. Default: true. */
  readonly streamUsage?: boolean | undefined;
}

/** A budget with its defaults filled in. */
export interface ResolvedBudget extends BudgetConfig {
  readonly match: MatchConfig;
  readonly timezone: string;
  readonly alertAt: readonly number[];
  readonly mode: BudgetMode;
  readonly action: BudgetAction;
  readonly onStoreFailure: 'open' | 'closed';
  readonly outageAllowance: number;
  readonly unknownModel: UnknownModelPolicy;
  readonly splitBy: readonly (keyof MatchConfig)[];
  readonly maxWaitMs: number;
  readonly clampMaxTokens: boolean;
}

/** The configuration in force: file, then environment, with every default filled in. Immutable. */
export interface ResolvedConfig {
  /** `COSTSPAN_DISABLED`: costspan does nothing at all. */
  readonly disabled: boolean;
  readonly attribution: {
    readonly defaults: Attribution;
    /** From `COSTSPAN_TEAM` and `COSTSPAN_WORKFLOW`; wins over baggage and `defaults`. */
    readonly environment: Attribution;
    readonly required: readonly AttributionKey[];
    readonly mode: 'warn' | 'block';
    readonly inbound: readonly InboundKey[];
    readonly outboundHosts: readonly string[];
  };
  readonly pricing: {
    /** Absolute path. */
    readonly overlay: string | undefined;
    readonly unknownModel: 'unpriced';
  };
  readonly budgets: readonly ResolvedBudget[];
  readonly agents: readonly AgentLimitConfig[];
  readonly paused: readonly PausedConfig[];
  readonly allowedModels: readonly string[];
  readonly workloads: readonly WorkloadConfig[];
  readonly store: string;
  readonly ledger: {
    readonly mode: 'off' | 'file' | 'events';
    /** Absolute path. */
    readonly folder: string;
    readonly maxSegmentMb: number;
    readonly maxTotalMb: number;
    readonly keepDays: number;
  };
  readonly metrics: {
    readonly dimensions: readonly MetricDimension[];
    readonly maxValuesPerDimension: number;
    readonly maxSets: number;
  };
  /** As in the file: its reader has the defaults. */
  readonly alerts: AlertsConfig;
  readonly content: 'off';
  readonly streamUsage: boolean;
}

/** One thing wrong with the configuration. `message` is a whole sentence, place and remedy included. */
export interface ConfigProblem {
  /** `error`: the file is not used. `warning`: it is, and the sentence says what to know. */
  readonly severity: 'error' | 'warning';
  /** Such as `/srv/app/costspan.yaml:12: budgets[0].limitUsd must be …`. */
  readonly message: string;
  /** Absolute path of the file; `undefined` when the environment is at fault. */
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  /** Such as `budgets[0].limitUsd`. */
  readonly path: string | undefined;
}

export interface LoadedConfig {
  readonly config: ResolvedConfig;
  /** Absolute path of the file that was found, whether or not it could be used. */
  readonly file: string | undefined;
  readonly problems: readonly ConfigProblem[];
}
