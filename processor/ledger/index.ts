export { EventLedger } from './event-ledger.ts';
export { FileLedger } from './file-ledger.ts';
export type { FileLedgerOptions } from './file-ledger.ts';
export type { LedgerAdmission, LedgerCharge, LedgerPlace, LedgerRow } from './ledger-row.ts';
export type { Ledger, LedgerProblem } from './ledger.ts';
export { readLedger, sumCharges } from './read-ledger.ts';
export type { ChargeSums, ReadLedgerOptions } from './read-ledger.ts';
