import type { Attributes } from '@opentelemetry/api';
import type { CallPrice, LlmCall } from '../../conventions/index.ts';
import { budgetSettings, onBudgetSettings } from './budget-settings.ts';
import type { Budgets } from './budgets/budgets.ts';
import type { Charged, KeepCharged } from './budgets/reserve/charged.ts';
import { StoreBeginnings } from './budgets/stores/store-beginnings.ts';
import type { StoreAccess } from './budgets/stores/store-access.ts';
import type { ResolvedConfig } from './config/index.ts';
import type { SharedBeginnings } from '../engine/identity/shared-beginnings.ts';
import type { CallState } from '../engine/loops/call-state.ts';
import type { Observe } from '../engine/metrics/metric-sink.ts';
import type { Pricer } from '../engine/pricing/index.ts';

export interface BudgetGateOptions {
  readonly pricer: Pricer;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

type BudgetConfiguration = Pick<ResolvedConfig, 'budgets' | 'store' | 'ledger'>;

/** A process that reads no configuration. */
const UNCONFIGURED: BudgetConfiguration = {
  budgets: [],
  store: 'memory',
  ledger: { mode: 'off', folder: '', maxSegmentMb: 1, maxTotalMb: 1, keepDays: 1 },
};

/** Told of the store that is in use from now on. */
type StoreListener = (access: StoreAccess) => void;

/**
 * The way to the budgets, which are loaded when a configuration first has some. Calls made before
 * they are there wait for them.
 */
export class BudgetGate {
  readonly #options: BudgetGateOptions;
  #budgets: Budgets | undefined;
  #starting: Promise<void> | undefined;
  #configuration: BudgetConfiguration | undefined;
  #beginnings: SharedBeginnings | undefined;
  #openedWith: string | undefined;
  #tell: (message: string) => void = () => undefined;
  readonly #onStore: StoreListener;

  /** @param onStore what else is kept in the store (pauses, runs) is found there. */
  constructor(options: BudgetGateOptions, onStore: StoreListener) {
    this.#options = options;
    this.#onStore = onStore;
  }

  /** Takes a configuration, read for the first time or again. */
  configure(configuration: BudgetConfiguration, tell: (message: string) => void): void {
    this.#tell = tell;
    if (this.#configuration === undefined) {
      onBudgetSettings(() => {
        this.#reconfigure();
      });
    }
    this.#configuration = configuration;
    this.#reconfigure();
  }

  #reconfigure(): void {
    const configuration = this.#configuration;
    if (configuration === undefined) return;
    const isOpen = this.#budgets !== undefined || this.#starting !== undefined;
    // A shared store holds pauses and runs too; one in memory would hold nothing.
    const isShared = configuration.store !== 'memory' || budgetSettings().redis !== undefined;
    if (configuration.budgets.length === 0 && !isShared && !isOpen) return;
    if (this.#openedWith !== storeKey(configuration)) this.#start(configuration);
    else this.#budgets?.configure(configuration.budgets);
  }

  #start(configuration: BudgetConfiguration): void {
    this.#openedWith = storeKey(configuration);
    const before = this.#budgets;
    this.#budgets = undefined;
    const starting = this.#load(configuration, before);
    this.#starting = starting;
  }

  async #load(configuration: BudgetConfiguration, before: Budgets | undefined): Promise<void> {
    const key = this.#openedWith;
    try {
      const { startBudgets } = await import('./budgets/start-budgets.ts');
      const started = await startBudgets({
        ...this.#options,
        ...configuration,
        tell: this.#tell,
      });
      if (this.#openedWith !== key) {
        await started.access.close();
        return;
      }
      // It may have been read again meanwhile.
      started.configure(this.#configuration?.budgets ?? []);
      this.#budgets = started;
      this.#starting = undefined;
      this.#onStore(started.access);
      await before?.access.close();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Settles when the store is open; `undefined` when it is, or when there is none. Never rejects. */
  opening(): Promise<void> | undefined {
    return this.#starting;
  }

  /** The budgets and their store, opened if nothing has needed it before. */
  async open(): Promise<Budgets> {
    const configuration = (this.#configuration ??= UNCONFIGURED);
    if (this.#budgets === undefined && this.#starting === undefined) this.#start(configuration);
    await this.#starting;
    if (this.#budgets === undefined) throw new Error('The store of budgets cannot be opened.');
    return this.#budgets;
  }

  /** Lets the call pass (`undefined`) or says why not. Never throws and never rejects. */
  admit(call: LlmCall, state: CallState): Error | undefined | Promise<Error | undefined> {
    return this.#budgets?.admit(call, state);
  }

  booked(
    call: LlmCall,
    state: CallState,
    price: CallPrice,
    attributes: Attributes | undefined,
    spanId: string,
    keep: KeepCharged,
  ): Charged | undefined {
    return this.#budgets?.booked(call, state, price, attributes, spanId, keep);
  }

  dropped(state: CallState): void {
    this.#budgets?.dropped(state);
  }

  /** Where other processes are told of work that goes on; `undefined` where none shares the store. */
  get beginnings(): SharedBeginnings | undefined {
    const { store = 'memory' } = this.#configuration ?? {};
    if (store === 'memory' && budgetSettings().redis === undefined) return undefined;
    this.#beginnings ??= new StoreBeginnings(() => {
      if (this.#starting === undefined) return this.#budgets?.access;
      return this.#starting.then(() => this.#budgets?.access);
    }, this.#options.now);
    return this.#beginnings;
  }

  holdOf(state: CallState): unknown {
    return this.#budgets?.holdOf(state);
  }

  takeHold(call: LlmCall, state: CallState, hold: unknown): void {
    this.#budgets?.takeHold(call, state, hold);
  }

  settledElsewhere(state: CallState): void {
    this.#budgets?.settledElsewhere(state);
  }

  observe(observe: Observe): void {
    this.#budgets?.telemetry.observe(observe);
  }
}

function storeKey({ store }: BudgetConfiguration): string {
  const { redis, redisNamespace } = budgetSettings();
  return redis === undefined ? store : `${identity(redis)} ${redisNamespace ?? ''}`;
}

const identities = new WeakMap<object, string>();
let nextIdentity = 0;

/** Tells clients apart. */
function identity(client: object): string {
  let known = identities.get(client);
  if (known === undefined) {
    nextIdentity += 1;
    known = `client ${nextIdentity}`;
    identities.set(client, known);
  }
  return known;
}
