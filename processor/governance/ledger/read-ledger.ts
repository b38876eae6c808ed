import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type LedgerRow, parseLedgerRow } from './ledger-row.ts';
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
