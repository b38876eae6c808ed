import type { LoggerProvider, MeterProvider, TracerProvider } from '@opentelemetry/api';

/** The providers of the API, by the name under which they are registered. */
export interface ApiProviders {
  readonly trace: TracerProvider;
  readonly metrics: MeterProvider;
  readonly logs: LoggerProvider;
}

export type SignalType = keyof ApiProviders;

/** What providers of the SDK have beyond the API. */
export interface Lifecycle {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The providers that costspan itself has started. */
export type OwnProviders = {
  [Type in SignalType]?: (ApiProviders[Type] & Lifecycle) | undefined;
};

/** What the API registers for traces: it stands before the provider proper. */
interface Proxy {
  getDelegate?: (() => TracerProvider) | undefined;
  setDelegate?: ((provider: TracerProvider) => void) | undefined;
}

/**
 * Calls `then` with the tracer provider behind what was registered: at once when it is known, else
 * in the moment that the API tells its proxy, which is right after the registration.
 */
export function whenProviderKnown(
  registered: unknown,
  then: (provider: TracerProvider) => void,
): void {
  const proxy = registered as Proxy;
  if (typeof proxy.setDelegate !== 'function') {
    then(registered as TracerProvider);
    return;
  }
  const delegate = proxy.getDelegate?.();
  if (isFlushable(delegate)) {
    then(delegate);
    return;
  }
  proxy.setDelegate = (provider) => {
    // The method of the prototype shows again.
    delete proxy.setDelegate;
    (proxy as Required<Proxy>).setDelegate?.(provider);
    then(provider);
  };
}

/** A registered provider as one of the SDK's; `undefined` when it has no such methods. */
export function asFlushable(registered: unknown): Lifecycle | undefined {
  const provider = (registered as Proxy | undefined)?.getDelegate?.() ?? registered;
  return isFlushable(provider) ? provider : undefined;
}

/**
 * Whether a registered meter provider is the SDK's and exports by itself, so that flushing it sends
 * what it holds. Who is scraped has nothing to flush.
 */
export function pushesMetrics(registered: unknown): boolean {
  const { _sharedState: state } = (registered ?? {}) as SdkMeterProvider;
  return (
    state?.metricCollectors?.some(
      ({ _metricReader: reader }) => typeof reader?._exporter?.export === 'function',
    ) === true
  );
}

/** What a meter provider of the SDK keeps, in 2.x and 3.x. */
interface SdkMeterProvider {
  readonly _sharedState?: {
    readonly metricCollectors?: readonly {
      readonly _metricReader?: { readonly _exporter?: { readonly export?: unknown } };
    }[];
  };
}

function isFlushable(provider: unknown): provider is Lifecycle {
  return typeof (provider as Partial<Lifecycle> | undefined)?.forceFlush === 'function';
}
