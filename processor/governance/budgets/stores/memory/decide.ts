import type { AccountFigures, Charge } from '../store.ts';

export interface Verdict {
  readonly outcome: 'admitted' | 'exhausted' | 'contended';
  readonly deniedBy: number | undefined;
}

/**
 * Whether every charge fits. Exhausted goes before contended, since waiting cannot help it; among
 * equals the first decides. Used by the stores that decide in this process; the Redis script does
 * the same.
 */
export function decide(charges: readonly Charge[], figures: readonly AccountFigures[]): Verdict {
  let contended: number | undefined;
  for (let index = 0; index < charges.length; index += 1) {
    const charge = charges[index]!;
    if (!charge.enforced) continue;
    const { committed, held, extra } = figures[index]!;
    const limit = charge.limit + extra;
    if (committed + charge.amount > limit) return { outcome: 'exhausted', deniedBy: index };
    if (committed + held + charge.amount > limit) contended ??= index;
  }
  return contended === undefined
    ? { outcome: 'admitted', deniedBy: undefined }
    : { outcome: 'contended', deniedBy: contended };
}

/** Whether the charge fits only because of an override. */
export function needsOverride(charge: Charge, { committed, held, extra }: AccountFigures): boolean {
  return charge.enforced && extra > 0 && committed + held + charge.amount > charge.limit;
}

/** What spending counts as reached when a call was refused because the money is spent. */
export function reachedBy(charge: Charge, { committed, extra }: AccountFigures): number {
  return Math.max(committed, charge.limit + extra);
}
