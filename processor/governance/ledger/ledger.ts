import type { LedgerRow } from './ledger-row.ts';

/** Where the rows of booked calls go. Append-only. */
export interface Ledger {
  /**
   * Takes a row, without waiting for anything. Resolves to true when the row will survive the death
   * of this process, to false when it is not known to. Never rejects.
   */
  append(row: LedgerRow): Promise<boolean>;
  /** Resolves when everything taken so far has been handed on, or given up. Never rejects. */
  flush(): Promise<void>;
  /** Writes what waits before it returns: the process is about to end. Never throws. */
  writeNow?(): void;
  /** Flushes, and lets go of files. */
  close(): Promise<void>;
}

/** Told in one sentence what became of rows; `lost` of them will be in no ledger. */
export type LedgerProblem = (message: string, lost: number) => void;

/** Has `task` run in the last moment of the process; returns what calls that off. */
export type AtEnd = (task: () => void) => () => void;
