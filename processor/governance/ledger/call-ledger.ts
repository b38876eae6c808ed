import { createRequire } from 'node:module';
import type { CallPrice, LlmCall } from '../../../conventions/index.ts';
import type { ResolvedConfig } from '../config/index.ts';
import type { CallState } from '../../engine/loops/call-state.ts';
import type { Pricer } from '../../engine/pricing/index.ts';
import type { EventLedger, FileLedger } from './index.ts';
import { type LedgerAdmission, ledgerRow } from './ledger-row.ts';
import type { AtEnd, Ledger, LedgerProblem } from './ledger.ts';

interface Ledgers {
  readonly FileLedger: typeof FileLedger;
  readonly EventLedger: typeof EventLedger;
}

const MIB = 1024 * 1024;

/** Writes booked calls down where the configuration says so. Off until it is configured. */
export class CallLedger {
  readonly #pricer: Pick<Pricer, 'listNanos'>;
  readonly #onProblem: LedgerProblem;
  readonly #atEnd: AtEnd;
  #ledger: Ledger | undefined;
  #settings = '';

  constructor(pricer: Pick<Pricer, 'listNanos'>, onProblem: LedgerProblem, atEnd: AtEnd) {
    this.#pricer = pricer;
    this.#onProblem = onProblem;
    this.#atEnd = atEnd;
  }

  get isOn(): boolean {
    return this.#ledger !== undefined;
  }

  configure(config: ResolvedConfig['ledger']): void {
    const settings = JSON.stringify(config);
    if (settings === this.#settings) return;
    this.#settings = settings;
    void this.#ledger?.close();
    this.#ledger = this.#open(config);
  }

  /**
   * Takes a call that is over and counts. Resolves when its row survives the death of this process
   * or is known not to; `undefined` without a ledger. Never rejects.
   */
  append(
    id: string,
    call: LlmCall,
    price: CallPrice,
    state: CallState,
    charged: { readonly admission: LedgerAdmission } | undefined,
  ): Promise<boolean> | undefined {
    if (this.#ledger === undefined) return undefined;
    const { scope, run, depth, agent } = state;
    const place = {
      scope,
      runId: run?.id ?? scope.inboundRun?.id,
      depth,
      agent: agent?.name,
    };
    const listNanos = this.#pricer.listNanos(call, price);
    return this.#ledger.append(ledgerRow(id, call, price, listNanos, place, charged?.admission));
  }

  /** Writes what waits before it returns: the process is about to end. Never throws. */
  writeNow(): void {
    this.#ledger?.writeNow?.();
  }

  #open(config: ResolvedConfig['ledger']): Ledger | undefined {
    if (config.mode === 'off') return undefined;
    const { FileLedger, EventLedger } = loadLedgers();
    if (config.mode === 'events') return new EventLedger();
    return new FileLedger({
      folder: config.folder,
      maxSegmentBytes: config.maxSegmentMb * MIB,
      maxTotalBytes: config.maxTotalMb * MIB,
      keepDays: config.keepDays,
      onProblem: this.#onProblem,
      atEnd: this.#atEnd,
    });
  }
}

/** Costs an application without a ledger nothing. */
function loadLedgers(): Ledgers {
  const require = createRequire(import.meta.url);
  // Literal, for the tools that follow files: the build leads it to a file (`scripts/bundle.ts`).
  return require('./index.ts') as Ledgers;
}
