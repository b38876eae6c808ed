import type { BudgetStore } from './store.ts';

/** Stands in for a store that cannot be opened: every operation fails, so each budget's policy holds. */
export function absentStore(kind: BudgetStore['kind'], reason: Error): BudgetStore {
  const fail = (): never => {
    throw reason;
  };
  return {
    kind,
    reserve: fail,
    settle: fail,
    release: fail,
    renew: fail,
    status: fail,
    splits: fail,
    raiseCommitted: fail,
    addOverride: fail,
    overrides: fail,
    expireOverride: fail,
    pause: fail,
    resume: fail,
    pauses: fail,
    appendAudit: fail,
    audit: fail,
    countRun: fail,
    keepBeginning: fail,
    claimBeginning: fail,
    check: () => [],
    close: () => undefined,
  };
}
