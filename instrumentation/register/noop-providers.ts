import {
  createNoopMeter,
  type LoggerProvider,
  type MeterProvider,
  ProxyTracerProvider,
  type TracerProvider,
} from '@opentelemetry/api';

interface NoopProviders {
  readonly trace: TracerProvider;
  readonly metrics: MeterProvider;
  readonly logs: LoggerProvider;
}

/** Providers that do nothing, for signals that could not be started. */
export const noopProviders: NoopProviders = {
  // A proxy nobody gives a delegate hands out tracers that do nothing.
  trace: new ProxyTracerProvider(),
  metrics: { getMeter: createNoopMeter },
  logs: { getLogger: () => ({ emit: () => {}, enabled: () => false }) },
};
