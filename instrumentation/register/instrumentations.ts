import { diag, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { startCostspanAlone } from './start.ts';
import { watchSdks } from './sdk-registry.ts';

/** OpenTelemetry's `Instrumentation`, by its shape, so that its package is not needed. */
export interface CostspanInstrumentation {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  enable(): void;
  disable(): void;
  setTracerProvider(tracerProvider: TracerProvider): void;
  setMeterProvider(meterProvider: MeterProvider): void;
  setConfig(config: object): void;
  getConfig(): { readonly enabled: boolean };
}

/**
 * For `instrumentations` of an application's own OpenTelemetry set-up, and for
 * `registerInstrumentations`. Watching begins with this call, not with `enable()`, because SDKs
 * that load in between would be missed. Never throws: reports to diag.
 */
export function costspanInstrumentations(): CostspanInstrumentation[] {
  try {
    startCostspanAlone();
    watchSdks({ beforeFirstSdk: () => {} });
  } catch (error) {
    diag.error('costspan: calls are not watched.', error);
  }
  return [new SdkWatching()];
}

class SdkWatching implements CostspanInstrumentation {
  readonly instrumentationName = 'costspan';
  readonly instrumentationVersion = '0.1.0';

  enable(): void {
    // Watching since creation.
  }

  disable(): void {
    // A client that was created keeps its methods; what is recorded goes to the providers.
  }

  setTracerProvider(_tracerProvider: TracerProvider): void {
    // Calls use the provider that is registered globally at their time.
  }

  setMeterProvider(_meterProvider: MeterProvider): void {
    // The same.
  }

  setConfig(_config: object): void {
    // The configuration is costspan.yaml.
  }

  getConfig(): { readonly enabled: boolean } {
    return { enabled: true };
  }
}
