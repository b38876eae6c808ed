/**
 * Where budgets are kept. One interface, so that one process (memory), one host (SQLite) and a
 * fleet (Redis, Valkey) behave alike; a store may answer at once or by a promise.
 *
 * Every amount is a whole number in the budget's own unit: nano-USD, tokens or calls, up to 2^53.
 * Every operation is one atomic step over all the accounts it names, all or nothing.
 */
export interface BudgetStore {
  readonly kind: 'memory' | 'sqlite' | 'redis';

  /**
   * Holds `amount` in every account, or in none. Sending the same id again changes nothing, and
   * neither does an id that was settled.
   */
  reserve(request: ReserveRequest): Maybe<ReserveResult>;

  /**
   * Ends the hold of `id` where there still is one and adds `amount` to what each account has
   * spent. Counts once for each id, and works for a hold that expired or never was.
   */
  settle(request: SettleRequest): Maybe<SettleResult>;

  /** Drops the hold and charges nothing; a settle that follows still charges. */
  release(request: HoldRequest): Maybe<void>;

  /** Prolongs the hold by a whole lease from now. False when none is left in any account. */
  renew(request: RenewRequest): Maybe<boolean>;

  /** What each account has spent and holds. An account never used is all zeros. */
  status(accounts: readonly Account[], nowMs: number): Maybe<readonly AccountStatus[]>;

  /** The splits of a budget that have spent in `period`, fullest first, at most `most`. */
  splits(budget: string, period: string, most: number): Maybe<readonly string[]>;

  /**
   * Raises what accounts have spent to at least what `source` (one ledger) and the other sources
   * that were told together add up to; never lowers. Counters come back so after a loss.
   */
  raiseCommitted(source: string, sums: readonly AccountSum[]): Maybe<void>;

  /** Raises the limit of one budget for one period. An id that exists is replaced. */
  addOverride(override: Override): Maybe<void>;
  /** Those in force at `nowMs`; with `undefined` expired ones too, as long as they are kept. */
  overrides(nowMs: number | undefined): Maybe<readonly Override[]>;
  /** Ends one now. False when there is none of this id in force. */
  expireOverride(id: string, nowMs: number): Maybe<boolean>;

  /** Switches a scope off. An id that exists is replaced. */
  pause(pause: Pause): Maybe<void>;
  /** False when there is none of this id. */
  resume(id: string): Maybe<boolean>;
  /** Those in force at `nowMs`. */
  pauses(nowMs: number): Maybe<readonly Pause[]>;

  /** Appends to the audit log; each entry holds the hash of the one before. */
  appendAudit(event: AuditEvent): Maybe<AuditEntry>;
  /** Entries from `fromSequence` (1 is the first) on, oldest first, at most `most`. */
  audit(fromSequence: number, most: number): Maybe<readonly AuditEntry[]>;

  /**
   * Adds to the counters of a run that several processes share, unless that takes one of them past
   * its limit: then nothing is added and the answer says which.
   */
  countRun(request: RunCountRequest): Maybe<RunCountResult>;

  /** Keeps what was said of a piece of work that somebody began, until it is claimed. */
  keepBeginning(beginning: Beginning): Maybe<void>;
  /** Claims a piece of work that was begun, which only the first to ask may; asking again changes nothing. */
  claimBeginning(request: ClaimRequest): Maybe<ClaimResult>;

  /**
   * Has `listener` bring back what it knows when the store turns out to have lost its data, before
   * anything else is decided by it. Absent in stores that cannot lose it.
   */
  onEmptied?(listener: () => Promise<void> | void): void;

  /** What about the server makes budgets unsafe, one sentence each. Empty: nothing. */
  check(): Maybe<readonly string[]>;

  /** Lets go of files and connections that the store opened itself. */
  close(): Maybe<void>;
}

export type Maybe<T> = T | Promise<T>;

/** One allowance: a budget, or one split of it, in one period. */
export interface Account {
  readonly budget: string;
  /** Such as `userId=u-17`; empty where the budget is not split. */
  readonly split: string;
  /** `2026-11`, `2026-W47`, `2026-11-26`, `2026-11-26T13`, `2026-Q4`, `run-<id>`, or a bucket of a rolling window. */
  readonly period: string;
  /** Earlier buckets of a rolling window, which count against the limit too. */
  readonly olderPeriods?: readonly string[] | undefined;
  /** Period that overrides name. Default `period`. */
  readonly overridePeriod?: string | undefined;
}

export interface AccountSum extends Account {
  readonly amount: number;
  /** When the figures may be forgotten, epoch milliseconds. */
  readonly keepUntilMs: number;
}

/** What one call means to one account. */
export interface Charge extends AccountSum {
  /** Limit before overrides. */
  readonly limit: number;
  /** False: it is held and counted beyond its limit as well. */
  readonly enforced: boolean;
  /** Amounts that are told once when spending reaches them. */
  readonly thresholds: readonly number[];
  /** Within it a threshold is told once. Default `period`. */
  readonly alertPeriod?: string | undefined;
}

export interface ReserveRequest {
  readonly id: string;
  readonly charges: readonly Charge[];
  readonly leaseMs: number;
  /** Epoch milliseconds. A server goes by its own clock for leases. */
  readonly nowMs: number;
}

/** What one account held and had spent when it was asked. */
export interface AccountFigures {
  readonly committed: number;
  /** Live holds of other calls. */
  readonly held: number;
  /** Sum of the overrides in force. */
  readonly extra: number;
}

export interface Crossing {
  /** Index into `charges`. */
  readonly charge: number;
  readonly threshold: number;
}

export interface ReserveResult {
  /**
   * `exhausted`: spent, so waiting cannot help. `contended`: others hold what is left and may give
   * it back. `settled`: a call of this id is over already; nothing is held.
   */
  readonly outcome: 'admitted' | 'exhausted' | 'contended' | 'settled';
  /** Index of the charge that denied. */
  readonly deniedBy: number | undefined;
  /** In the order of the charges, before this call. */
  readonly figures: readonly AccountFigures[];
  /** Overrides without which it would have been denied. */
  readonly overrides: readonly string[];
  /** Thresholds that this call was the first in the fleet to see reached. */
  readonly crossed: readonly Crossing[];
}

export interface SettleRequest {
  readonly id: string;
  readonly charges: readonly Charge[];
  readonly nowMs: number;
}

export interface SettleResult {
  /** The id was settled before: nothing was charged. */
  readonly duplicate: boolean;
  /** After the charge. */
  readonly figures: readonly AccountFigures[];
  readonly crossed: readonly Crossing[];
}

export interface HoldRequest {
  readonly id: string;
  readonly accounts: readonly Account[];
  readonly nowMs: number;
}

export interface RenewRequest extends HoldRequest {
  readonly leaseMs: number;
}

export interface AccountStatus extends AccountFigures {
  /** Spent on each UTC day, such as `2026-11-26`. */
  readonly days: Readonly<Record<string, number>>;
}

/** More money for one period, granted by somebody for a reason. */
export interface Override {
  readonly id: string;
  readonly budget: string;
  /** Absent: it raises the limit of every split. */
  readonly split?: string | undefined;
  /** The account's `overridePeriod`. */
  readonly period: string;
  /** In the budget's unit. */
  readonly extra: number;
  /** Epoch milliseconds. */
  readonly expiresMs: number;
  readonly createdMs: number;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string | undefined;
  readonly ticket?: string | undefined;
}

/** A scope that is switched off. */
export interface Pause {
  readonly id: string;
  /** What is paused: all keys must hold (`team`, `workflow`, `agent`, `run`, `userId`, `model` …). */
  readonly scope: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly actor: string;
  readonly createdMs: number;
  /** Epoch milliseconds; absent: until somebody resumes it. */
  readonly untilMs?: number | undefined;
}

/** What somebody did: granted, paused, resumed, changed a limit, let calls pass without a store. */
export interface AuditEvent {
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditEntry extends AuditEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** SHA-256, hexadecimal, of the entry before; empty in the first. */
  readonly previousHash: string;
  /** SHA-256, hexadecimal, of this entry with `previousHash`. */
  readonly hash: string;
}

/** A piece of work that goes on at the provider, such as a background response. */
export interface Beginning {
  readonly key: string;
  /** In the words of who began it. */
  readonly told: string;
  /** Forgotten after so long. */
  readonly ttlMs: number;
  readonly nowMs: number;
}

export interface ClaimRequest {
  readonly key: string;
  /** Who claims: one name for each process. */
  readonly by: string;
  /** Who claims began it, so it may be claimed though nothing was kept of it. */
  readonly isKnown: boolean;
  /** For how long it counts as claimed. */
  readonly ttlMs: number;
  readonly nowMs: number;
}

export type ClaimResult =
  | { readonly outcome: 'claimed'; readonly told: string | undefined }
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'unknown' };

export interface RunCountRequest {
  readonly runId: string;
  readonly add: Readonly<Record<string, number>>;
  /** By the names in `add`; what is absent is unlimited. */
  readonly limits: Readonly<Record<string, number>>;
  /** Forgotten after so long without use. */
  readonly ttlMs: number;
  readonly nowMs: number;
}

export interface RunCountResult {
  /** The counter that would have passed its limit; nothing was added then. */
  readonly exceeded: string | undefined;
  readonly totals: Readonly<Record<string, number>>;
}
