export { EventLedger } from './event-ledger.ts';
export { FileLedger } from './file-ledger.ts';
export type { FileLedgerOptions } from './file-ledger.ts';
export type { LedgerAdmission, LedgerCharge, LedgerPlace, LedgerRow } from './ledger-row.ts';
export type { Ledger, LedgerProblem } from './ledger.ts';
export { readLedger } from './read-ledger.ts';
export type { ReadLedgerOptions } from './read-ledger.ts';
