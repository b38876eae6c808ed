import { randomBytes } from 'node:crypto';
import { chainEntry } from '../memory/audit-chain.ts';
import type {
  Account,
  AccountStatus,
  AccountSum,
  AuditEntry,
  AuditEvent,
  Beginning,
  BudgetStore,
  ClaimRequest,
  ClaimResult,
  HoldRequest,
  Override,
  Pause,
  RenewRequest,
  ReserveRequest,
  ReserveResult,
  RunCountRequest,
  RunCountResult,
  SettleRequest,
  SettleResult,
} from '../store.ts';
import { type RedisClient, redisClientOf, runScript } from './redis-client.ts';
import { RedisKeys, valuesOfCharge } from './redis-keys.ts';
import { RedisMemory } from './redis-memory.ts';
import { array, crossingsOf, daysOf, figuresOf, text, words } from './redis-replies.ts';
import {
  APPEND_AUDIT,
  BEGIN,
  CLAIM,
  COUNT_RUN,
  RAISE,
  RELEASE,
  RENEW,
  RESERVE,
  type Script,
  SETTLE,
  STATUS,
} from './scripts.ts';

/** How long settled ids are remembered, milliseconds. */
const SETTLED_KEPT_MS = 24 * 3_600_000;
/** How long overrides are kept for reviews, seconds. */
const OVERRIDES_KEPT_S = 400 * 24 * 3_600;
const MOST_AUDIT_ATTEMPTS = 50;
const MOST_REBUILDS = 3;

/**
 * Budgets of a fleet, in Redis from 6.2 or Valkey. Each operation is one script, which the server
 * runs alone.
 *
 * A server that has lost its data (an empty restart, FLUSHALL, a replica that was behind) is found
 * out before anything is decided by it: what this process has seen of the counters is brought back
 * first, upwards only, and `onEmptied` may add what a ledger knows.
 */
export class RedisStore implements BudgetStore {
  readonly kind = 'redis';
  readonly #client: RedisClient;
  readonly #keys: RedisKeys;
  readonly #memory = new RedisMemory();
  readonly #newMark: string = randomBytes(9).toString('base64url');
  #mark = '';
  #rebuilding: Promise<void> | undefined;
  #emptied: () => Promise<void> | void = () => undefined;

  constructor(client: RedisClient, namespace: string) {
    this.#client = client;
    this.#keys = new RedisKeys(namespace);
  }

  onEmptied(listener: () => Promise<void> | void): void {
    this.#emptied = listener;
  }

  async reserve({ id, charges, leaseMs }: ReserveRequest): Promise<ReserveResult> {
    const keys = [this.#keys.settled(id), ...charges.flatMap((one) => this.#keys.ofCharge(one))];
    const values = [id, String(leaseMs), ...charges.flatMap(valuesOfCharge)];
    const reply = await this.#run(RESERVE, keys, values);
    const figures = array(reply[3]).map(figuresOf);
    this.#memory.saw(charges, figures);
    const deniedBy = Number(reply[2]);
    return {
      outcome: text(reply[0]) as ReserveResult['outcome'],
      deniedBy: deniedBy < 0 ? undefined : deniedBy,
      figures,
      overrides: words(reply[4]),
      crossed: crossingsOf(reply[5]),
    };
  }

  async settle({ id, charges, nowMs }: SettleRequest): Promise<SettleResult> {
    const keys = [this.#keys.settled(id), ...charges.flatMap((one) => this.#keys.ofCharge(one))];
    const day = new Date(nowMs).toISOString().slice(0, 10);
    const values = [id, day, String(SETTLED_KEPT_MS), ...charges.flatMap(valuesOfCharge)];
    const reply = await this.#run(SETTLE, keys, values);
    const figures = array(reply[2]).map(figuresOf);
    this.#memory.saw(charges, figures);
    return { duplicate: text(reply[0]) === 'duplicate', figures, crossed: crossingsOf(reply[3]) };
  }

  async release({ id, accounts }: HoldRequest): Promise<void> {
    await this.#run(RELEASE, this.#bases(accounts), [id]);
  }

  async renew({ id, accounts, leaseMs }: RenewRequest): Promise<boolean> {
    const reply = await this.#run(RENEW, this.#bases(accounts), [id, String(leaseMs)]);
    return Number(reply[2]) > 0;
  }

  async status(accounts: readonly Account[]): Promise<readonly AccountStatus[]> {
    const charges = accounts.map((account) => ({ ...account, ...UNCOUNTED }));
    const keys = charges.flatMap((charge) => this.#keys.ofCharge(charge));
    const reply = await this.#run(STATUS, keys, charges.flatMap(valuesOfCharge));
    return array(reply[2]).map((entry) => {
      const [figures, days] = array(entry);
      return { ...figuresOf(figures), days: daysOf(days) };
    });
  }

  async splits(budget: string, period: string, most: number): Promise<readonly string[]> {
    const key = this.#keys.splits(budget, period);
    return words(await this.#client.send(key, ['ZREVRANGE', key, '0', String(most - 1)]));
  }

  async raiseCommitted(source: string, sums: readonly AccountSum[]): Promise<void> {
    await this.#raise(source, sums);
  }

  async addOverride(override: Override): Promise<void> {
    const key = this.#keys.overrides(override.budget, override.period);
    await this.#client.send(key, ['HSET', key, override.id, JSON.stringify(override)]);
    await this.#client.send(key, ['EXPIRE', key, String(OVERRIDES_KEPT_S)]);
    const index = this.#keys.overrideIndex;
    await this.#client.send(index, ['SADD', index, key]);
  }

  async overrides(nowMs: number | undefined): Promise<readonly Override[]> {
    const index = this.#keys.overrideIndex;
    const found: Override[] = [];
    for (const key of words(await this.#client.send(index, ['SMEMBERS', index]))) {
      const entries = words(await this.#client.send(key, ['HVALS', key]));
      if (entries.length === 0) await this.#client.send(index, ['SREM', index, key]);
      for (const entry of entries) found.push(JSON.parse(entry) as Override);
    }
    return nowMs === undefined ? found : found.filter(({ expiresMs }) => expiresMs > nowMs);
  }

  async expireOverride(id: string, nowMs: number): Promise<boolean> {
    const override = (await this.overrides(nowMs)).find((one) => one.id === id);
    if (override === undefined) return false;
    await this.addOverride({ ...override, expiresMs: nowMs });
    return true;
  }

  async pause(pause: Pause): Promise<void> {
    const key = this.#keys.pauses;
    await this.#client.send(key, ['HSET', key, pause.id, JSON.stringify(pause)]);
  }

  async resume(id: string): Promise<boolean> {
    const key = this.#keys.pauses;
    return Number(await this.#client.send(key, ['HDEL', key, id])) > 0;
  }

  async pauses(nowMs: number): Promise<readonly Pause[]> {
    const key = this.#keys.pauses;
    return words(await this.#client.send(key, ['HVALS', key]))
      .map((entry) => JSON.parse(entry) as Pause)
      .filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs);
  }

  async appendAudit(event: AuditEvent): Promise<AuditEntry> {
    const key = this.#keys.audit;
    for (let attempt = 0; attempt < MOST_AUDIT_ATTEMPTS; attempt += 1) {
      const [last] = words(await this.#client.send(key, ['LRANGE', key, '-1', '-1']));
      const before = last === undefined ? undefined : (JSON.parse(last) as AuditEntry);
      const entry = chainEntry(event, before);
      const values = [before?.hash ?? '', JSON.stringify(entry)];
      const reply = await this.#run(APPEND_AUDIT, [key], values);
      // Somebody else was quicker: the chain goes on from theirs.
      if (text(reply[0]) === 'done') return entry;
    }
    throw new Error('the audit log is written to by too many at once');
  }

  async audit(fromSequence: number, most: number): Promise<readonly AuditEntry[]> {
    const key = this.#keys.audit;
    const from = Math.max(0, fromSequence - 1);
    const range = ['LRANGE', key, String(from), String(from + most - 1)];
    return words(await this.#client.send(key, range)).map(
      (entry) => JSON.parse(entry) as AuditEntry,
    );
  }

  async countRun({ runId, add, limits, ttlMs }: RunCountRequest): Promise<RunCountResult> {
    const counters = Object.entries(add).flatMap(([name, amount]) => [
      name,
      String(amount),
      limits[name] === undefined ? '' : String(limits[name]),
    ]);
    const reply = await this.#run(COUNT_RUN, [this.#keys.run(runId)], [String(ttlMs), ...counters]);
    const exceeded = text(reply[2]);
    return { exceeded: exceeded === '' ? undefined : exceeded, totals: daysOf(reply[3]) };
  }

  async keepBeginning({ key, told, ttlMs }: Beginning): Promise<void> {
    await this.#run(BEGIN, [this.#keys.beginning(key)], [String(ttlMs), told]);
  }

  async claimBeginning({ key, by, isKnown, ttlMs }: ClaimRequest): Promise<ClaimResult> {
    const values = [String(ttlMs), by, isKnown ? '1' : '0'];
    const reply = await this.#run(CLAIM, [this.#keys.beginning(key)], values);
    const outcome = text(reply[2]);
    if (outcome !== 'claimed') return { outcome: outcome === 'taken' ? 'taken' : 'unknown' };
    const told = text(reply[3]);
    return { outcome, told: told === '' ? undefined : told };
  }

  async check(): Promise<readonly string[]> {
    const info = text(await this.#client.send(this.#keys.mark, ['INFO', 'memory']));
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
    if (policy === undefined || policy === 'noeviction') return [];
    return [
      `The Redis server of the budgets has maxmemory-policy ${policy}: a counter that it evicts resets its budget. Set maxmemory-policy to noeviction, or keep budgets on a server of their own.`,
    ];
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #bases(accounts: readonly Account[]): readonly string[] {
    return accounts.map((account) => this.#keys.base(account));
  }

  /** Runs a script, after bringing back what the server has lost where it has lost something. */
  async #run(
    which: Script,
    keys: readonly string[],
    values: readonly string[],
  ): Promise<readonly unknown[]> {
    for (let attempt = 0; attempt < MOST_REBUILDS; attempt += 1) {
      const known = this.#mark;
      const marks = [known, this.#newMark];
      const allKeys = [this.#keys.mark, ...keys];
      const reply = array(await runScript(this.#client, which, allKeys, [...marks, ...values]));
      if (text(reply[0]) !== 'lost') {
        this.#mark ||= text(reply[1]);
        return reply;
      }
      if (this.#mark === known) await this.#rebuild();
    }
    throw new Error('the Redis server of the budgets loses its data again and again');
  }

  /** Once, for all operations that found out at the same time. */
  #rebuild(): Promise<void> {
    this.#rebuilding ??= this.#bringBack().finally(() => {
      this.#rebuilding = undefined;
    });
    return this.#rebuilding;
  }

  async #bringBack(): Promise<void> {
    const mark = await this.#raise('', this.#memory.sums());
    await this.#emptied();
    this.#mark = mark;
  }

  async #raise(source: string, sums: readonly AccountSum[]): Promise<string> {
    const values = sums.flatMap(({ amount, keepUntilMs }) => [
      String(amount),
      String(Math.ceil(keepUntilMs)),
    ]);
    const keys = [this.#keys.mark, ...this.#bases(sums)];
    const marks = ['', this.#newMark, source];
    const reply = array(await runScript(this.#client, RAISE, keys, [...marks, ...values]));
    return text(reply[1]);
  }
}

/** A charge of nothing, for reading figures. */
const UNCOUNTED = { amount: 0, limit: 0, enforced: false, thresholds: [], keepUntilMs: 0 };

/** A store that speaks through the application's own client. Throws where it is none. */
export function redisStore(client: object, namespace: string = DEFAULT_NAMESPACE): RedisStore {
  return new RedisStore(redisClientOf(client), namespace);
}

export const DEFAULT_NAMESPACE = 'default';
