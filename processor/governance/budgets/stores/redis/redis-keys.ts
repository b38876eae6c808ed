import { createHash } from 'node:crypto';
import type { Account, Charge } from '../store.ts';

/** Names of everything that one installation keeps; one hash tag, so one slot of a cluster. */
export class RedisKeys {
  readonly #prefix: string;

  constructor(namespace: string) {
    this.#prefix = `{costspan:${namespace}}`;
  }

  /** Lost with everything else, and set again: a server that has forgotten shows by it. */
  get mark(): string {
    return `${this.#prefix}:mark`;
  }

  get pauses(): string {
    return `${this.#prefix}:kill`;
  }

  get audit(): string {
    return `${this.#prefix}:audit`;
  }

  /** Which hashes of overrides there are. */
  get overrideIndex(): string {
    return `${this.#prefix}:ovr`;
  }

  settled(id: string): string {
    return `${this.#prefix}:s:${id}`;
  }

  /** A piece of work that was begun, by a digest: its name may hold anything. */
  beginning(key: string): string {
    return `${this.#prefix}:begun:${shortHash(key)}`;
  }

  run(id: string): string {
    return `${this.#prefix}:run:${id}`;
  }

  overrides(budget: string, period: string): string {
    return `${this.#prefix}:ovr:${budget}:${period}`;
  }

  splits(budget: string, period: string): string {
    return `${this.#prefix}:b:${budget}:${period}:x`;
  }

  base({ budget, split, period }: Account): string {
    const mark = split === '' ? '' : `~${shortHash(split)}`;
    return `${this.#prefix}:b:${budget}${mark}:${period}`;
  }

  /** Keys of a charge in the order that the scripts read them. */
  ofCharge(charge: Account): readonly string[] {
    const { budget, period, overridePeriod = period, olderPeriods = [] } = charge;
    return [
      this.base(charge),
      this.overrides(budget, overridePeriod),
      this.splits(budget, period),
      ...olderPeriods.map((older) => this.base({ ...charge, period: older })),
    ];
  }
}

/** Values of a charge in the order that the scripts read them. */
export function valuesOfCharge(charge: Charge): readonly string[] {
  const { amount, limit, enforced, keepUntilMs, split, period, thresholds } = charge;
  const { alertPeriod = period, olderPeriods = [] } = charge;
  return [
    String(Math.round(amount)),
    String(limit),
    enforced ? '1' : '0',
    String(Math.ceil(keepUntilMs)),
    split,
    alertPeriod,
    String(thresholds.length),
    String(olderPeriods.length),
    ...thresholds.map(String),
  ];
}

const hashes = new Map<string, string>();
const MOST_HASHES = 10_000;

/** A split may hold anything, and is as long as the values it is made of. */
function shortHash(split: string): string {
  let hash = hashes.get(split);
  if (hash === undefined) {
    hash = createHash('sha256').update(split).digest('base64url').slice(0, 22);
    if (hashes.size >= MOST_HASHES) hashes.clear();
    hashes.set(split, hash);
  }
  return hash;
}
