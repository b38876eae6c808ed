import type { Charge } from '../stores/store.ts';

/** What a call holds, as one process tells another. */
export interface ToldHold {
  readonly id: string;
  readonly charges: readonly Charge[];
}

/** A hold that another process of ours has told; `undefined` for anything else. */
export function parseHold(value: unknown): ToldHold | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, charges } = value as Partial<ToldHold>;
  if (typeof id !== 'string' || !Array.isArray(charges)) return undefined;
  return charges.every(isCharge) ? { id, charges } : undefined;
}

function isCharge(value: unknown): value is Charge {
  if (typeof value !== 'object' || value === null) return false;
  const { budget, split, period, amount, keepUntilMs, thresholds } = value as Partial<Charge>;
  return (
    [budget, split, period].every((text) => typeof text === 'string') &&
    [amount, keepUntilMs].every((number) => Number.isFinite(number)) &&
    Array.isArray(thresholds)
  );
}
