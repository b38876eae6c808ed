import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type LedgerCharge, type LedgerRow, parseLedgerRow } from './ledger-row.ts';
import { listSegments } from './segment-files.ts';

export interface ReadLedgerOptions {
  /** Only calls that ended at or after this, epoch milliseconds. Default all. */
  readonly sinceMs?: number | undefined;
  /** Only calls that ended before this. */
  readonly untilMs?: number | undefined;
  /** Told of each line that is no row: the torn end of a segment, or damage. */
  readonly onDamaged?: ((segment: string) => void) | undefined;
}

/**
 * The rows of a folder, segment by segment in the order of their opening; within one process rows
 * are in the order of booking. Safe while processes write. Throws what the file system says.
 */
export async function* readLedger(
  folder: string,
  { sinceMs = 0, untilMs = Infinity, onDamaged }: ReadLedgerOptions = {},
): AsyncGenerator<LedgerRow> {
  for (const segment of await listSegments(folder, sinceMs)) {
    const lines = createInterface({
      input: createReadStream(segment, 'utf8'),
      crlfDelay: Infinity,
    });
    for await (const line of lines) {
      if (line === '') continue;
      const row = parseLedgerRow(line);
      if (row === undefined) onDamaged?.(segment);
      else if (row.endedMs >= sinceMs && row.endedMs < untilMs) yield row;
    }
  }
}

/** Sums of charges, under `budget:period` or `budget~split:period`. */
export type ChargeSums = ReadonlyMap<string, number>;

/** One budget (or one split of it) in one period. */
function chargeKey({
  budget,
  split,
  period,
}: Pick<LedgerCharge, 'budget' | 'split' | 'period'>): string {
  return `${split === undefined ? budget : `${budget}~${split}`}:${period}`;
}

/**
 * What the ledger says that each budget has spent in each period: what counters are rebuilt from.
 * It knows the rows of the processes that share its folder, so a counter may only be raised to it.
 */
export async function sumCharges(
  folder: string,
  options: ReadLedgerOptions = {},
): Promise<ChargeSums> {
  const sums = new Map<string, number>();
  for await (const { charges } of readLedger(folder, options)) {
    for (const charge of charges ?? []) {
      const key = chargeKey(charge);
      sums.set(key, (sums.get(key) ?? 0) + charge.amount);
    }
  }
  return sums;
}
