import type { TracerProvider } from '@opentelemetry/api';
import {
  type ApiProviders,
  asFlushable,
  type Lifecycle,
  type OwnProviders,
  pushesMetrics,
  type SignalType,
  whenProviderKnown,
} from './api-providers.ts';
import type { EndingEngine } from './flush.ts';
import { type ApiType, GlobalApi } from './global-api.ts';
import { HandoverLoggerProvider } from './handover-logs.ts';
import { HandoverMeterProvider } from './handover-metrics.ts';
import { HandoverTracerProvider } from './handover-trace.ts';
import { loadOwn } from './load-own.ts';
import { startOwn } from './start-own.ts';
import {
  exporterNotes,
  type Signal,
  type SignalEnvironment,
  type TelemetryEnvironment,
} from './telemetry-environment.ts';
import { messageOf } from '../../conventions/error-text.ts';

/**
 * `standby`: started at the first use. `started`: by us. `joined`: the application's own. `off`:
 * switched off, or it failed and a note says why.
 */
export type SignalState = 'standby' | 'started' | 'joined' | 'off';

export interface SignalStatus extends SignalEnvironment {
  readonly state: SignalState;
}

type Exporters = ReturnType<typeof loadOwn<'otlp-exporters'>>;

const signalOf = { trace: 'traces', metrics: 'metrics', logs: 'logs' } as const;

/**
 * OpenTelemetry of this process: the application's where it has one, ours where it has none, each
 * signal by itself and never both. An application that registers later takes over at once: what was
 * handed out before follows, and ours is flushed and retired.
 */
export class Telemetry {
  readonly #environment: TelemetryEnvironment;
  readonly #notes: string[] = [];
  readonly #own: OwnProviders = {};
  readonly #failed = new Set<ApiType>();
  readonly #api: GlobalApi;
  readonly #tracers: HandoverTracerProvider;
  readonly #meters: HandoverMeterProvider;
  readonly #loggers: HandoverLoggerProvider;
  readonly #standIns = new Map<ApiType, unknown>();
  readonly #prepare: () => void;
  #building = false;
  #usesNodeSdk = false;
  /** Spans and measurements so far: an exit flush that finds no new ones exports no metrics. */
  #uses = 0;
  #usesFlushed = -1;
  /** Loaded with the first provider: the end of a process is too late to load anything. */
  #exporters: Exporters | undefined;
  /** Set while an exit flush runs. */
  #isExporting: (() => boolean) | undefined;

  /** `prepare` runs before anything is started or joined: spans are priced from the first on. */
  constructor(environment: TelemetryEnvironment, prepare: () => void) {
    this.#environment = environment;
    this.#prepare = prepare;
    const used = (): void => {
      // What an instrumentation measures of our own exports is no news, or they would never end.
      if (this.#isExporting?.() !== true) this.#uses++;
    };
    this.#tracers = new HandoverTracerProvider({ current: () => this.#current('trace'), used });
    this.#meters = new HandoverMeterProvider({
      current: () => this.#current('metrics'),
      exists: () =>
        this.#own.metrics !== undefined || this.#api.registered('metrics') !== undefined,
      used,
    });
    this.#loggers = new HandoverLoggerProvider(() => this.#current('logs'));
    this.#api = new GlobalApi({
      standIn: (type) => this.#standIn(type),
      onRegistered: (type, instance) => {
        this.#registered(type, instance);
      },
    });
    const tracerProvider = this.#api.registered('trace');
    if (tracerProvider !== undefined) this.#joinRegistered(tracerProvider);
  }

  /**
   * Lets the tracers follow that were handed out before us, as they would follow who registers. Needs
   * the API, which an application without LLM calls should not have to load.
   */
  followEarlyTracers(): void {
    if (this.#isOff('trace') || this.#api.registered('trace') !== undefined) return;
    this.#api.unseen(() => loadOwn('early-tracers').followEarlyTracers(this.#tracers));
  }

  /** Starts traces and metrics where the application has none, ahead of the first call. */
  start(): void {
    for (const type of ['trace', 'metrics'] as const) {
      if (this.#api.registered(type) === undefined && this.#standIn(type) !== undefined) {
        this.#current(type);
      }
    }
  }

  status(): Readonly<Record<Signal, SignalStatus>> {
    const { traces, metrics, logs } = this.#environment.signals;
    return {
      traces: { ...traces, state: this.#state('trace') },
      metrics: { ...metrics, state: this.#state('metrics') },
      logs: { ...logs, state: this.#state('logs') },
    };
  }

  notes(): readonly string[] {
    // Exporters that the application brings are not those that the variables set up.
    const types = (['trace', 'metrics', 'logs'] as const).filter(
      (type) => this.#state(type) !== 'joined',
    );
    const exporters = this.#environment.disabled
      ? []
      : exporterNotes(
          this.#environment,
          types.map((type) => signalOf[type]),
        );
    return [...this.#environment.notes, ...exporters, ...this.#notes];
  }

  /** Writes through the application's logger; false when it has set none. */
  writeInfo(message: string): boolean {
    const logger = this.#api.diag;
    logger?.info(message);
    return logger !== undefined;
  }

  /** Whether anything of ours could still hold unsent telemetry. */
  get ownsProviders(): boolean {
    return this.#usesNodeSdk || Object.values(this.#own).some((provider) => provider !== undefined);
  }

  /** Whether anything happened since the last flush. */
  get hasNews(): boolean {
    return this.#uses !== this.#usesFlushed;
  }

  /**
   * Sends what the providers that we started still hold and waits until it is sent or has failed;
   * the application's are the application's to flush. Never rejects.
   */
  async flush(limitMillis: number): Promise<void> {
    this.#usesFlushed = this.#uses;
    const { trace, metrics, logs } = this.#usesNodeSdk ? this.#registeredProviders() : this.#own;
    const exporters = loadOwn('otlp-exporters');
    const restore = exporters.limitExports(limitMillis);
    this.#isExporting = exporters.isExporting;
    await Promise.allSettled([trace?.forceFlush(), metrics?.forceFlush(), logs?.forceFlush()]);
    restore();
    await exporters.exportsEnded();
    this.#isExporting = undefined;
  }

  /** The full SDK's exporters need the loop. */
  get canSendNow(): boolean {
    return !this.#usesNodeSdk;
  }

  /**
   * Sends what our providers still hold before it returns, for a process whose loop turns no more,
   * and tells of what is left. Never throws.
   */
  sendNow(limitMillis: number, { callsUncollected, tellUnsent }: EndingEngine): void {
    const left = this.#exporters?.sendUnsent(limitMillis);
    if (left !== undefined) tellUnsent(left, 'refused');
    if (left !== undefined) return;
    const calls = pushesMetrics(this.#api.registered('metrics')) ? callsUncollected() : 0;
    if (this.#usesNodeSdk && this.hasNews) tellUnsent(calls, 'asynchronous');
    else if (!this.#usesNodeSdk && calls > 0) tellUnsent(calls, 'joined');
  }

  #registeredProviders(): Record<SignalType, Lifecycle | undefined> {
    return {
      trace: asFlushable(this.#api.registered('trace')),
      metrics: asFlushable(this.#api.registered('metrics')),
      logs: asFlushable(this.#api.registered('logs')),
    };
  }

  #state(type: SignalType): SignalState {
    if (this.#api.registered(type) !== undefined) return this.#usesNodeSdk ? 'started' : 'joined';
    if (this.#own[type] !== undefined) return 'started';
    return this.#isOff(type) ? 'off' : 'standby';
  }

  /** Without an exporter metrics and logs have no use; spans still carry trace ids and prices. */
  #isOff(type: SignalType): boolean {
    const { disabled, needsNodeSdk, signals } = this.#environment;
    if (disabled || this.#failed.has(type)) return true;
    if (type === 'trace' || needsNodeSdk.length > 0) return false;
    return signals[signalOf[type]].exporters.length === 0;
  }

  #standIn(type: ApiType): unknown {
    if (type === 'trace') return this.#isOff(type) ? undefined : this.#tracers;
    if (type === 'metrics') return this.#isOff(type) ? undefined : this.#meters;
    if (type === 'logs') return this.#isOff(type) ? undefined : this.#loggers;
    if (!this.#standIns.has(type)) {
      this.#standIns.set(type, undefined);
      this.#standIns.set(
        type,
        this.#attempt(type, () => this.#createStandIn(type)),
      );
    }
    return this.#standIns.get(type);
  }

  #createStandIn(type: 'context' | 'propagation'): unknown {
    if (type === 'context') {
      const { ownContextManager } = loadOwn('own-context');
      return ownContextManager();
    }
    const { ownPropagator } = loadOwn('own-propagation');
    return ownPropagator(this.#environment.propagators);
  }

  /** The provider to use now: the application's, else ours, which this starts. */
  #current<Type extends SignalType>(type: Type): ApiProviders[Type] {
    const isFree = this.#api.registered(type) === undefined && this.#own[type] === undefined;
    if (isFree && !this.#building && !this.#isOff(type)) this.#begin(type);
    const registered = this.#api.registered(type) as ApiProviders[Type] | undefined;
    return registered ?? this.#own[type] ?? loadOwn('noop-providers').noopProviders[type];
  }

  #begin(type: SignalType): void {
    this.#building = true;
    try {
      this.#prepare();
      if (this.#environment.needsNodeSdk.length > 0) this.#beginNodeSdk();
      else
        this.#attempt(type, () => {
          startOwn(type, this.#environment, this.#own, () => this.#uses);
          this.#exporters = loadOwn('otlp-exporters');
        });
    } finally {
      this.#building = false;
    }
    if (type === 'metrics' && this.#own.metrics !== undefined) this.#meters.moved();
  }

  #beginNodeSdk(): void {
    const reasons = this.#environment.needsNodeSdk;
    this.#usesNodeSdk = true;
    const refusal = this.#attempt('trace', () => {
      const { startNodeSdk } = loadOwn('node-sdk');
      return startNodeSdk(reasons);
    });
    if (refusal !== undefined) this.#notes.push(refusal);
    if (refusal === undefined && !this.#failed.has('trace')) return;
    this.#usesNodeSdk = false;
    for (const type of ['trace', 'metrics', 'logs'] as const) this.#failed.add(type);
  }

  #registered(type: ApiType, instance: unknown): void {
    const own = isSignalType(type) ? this.#own[type] : undefined;
    if (type === 'trace') {
      this.#joinRegistered(instance);
      // Spans in flight still end there; it is shut down with the process.
      if (own !== undefined) own.forceFlush().catch(ignore);
    } else if (own !== undefined && isSignalType(type)) {
      this.#own[type] = undefined;
      if (type === 'metrics') this.#attempt(type, () => this.#meters.moved());
      own.shutdown().catch(ignore);
    }
  }

  #joinRegistered(instance: unknown): void {
    whenProviderKnown(instance, (provider) => {
      this.#join(provider);
    });
  }

  #join(provider: TracerProvider): void {
    const note = this.#attempt('trace', () => {
      this.#prepare();
      const { joinTracerProvider } = loadOwn('join');
      return joinTracerProvider(provider);
    });
    if (note !== undefined) this.#notes.push(note);
  }

  #attempt<T>(type: ApiType, body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      this.#failed.add(type);
      const reason = messageOf(error);
      this.#notes.push(`OpenTelemetry's ${type} did not start: ${reason}.`);
      return undefined;
    }
  }
}

function isSignalType(type: ApiType): type is SignalType {
  return type === 'trace' || type === 'metrics' || type === 'logs';
}

function ignore(): void {
  // A Collector that is away must not become an unhandled rejection of the host.
}
