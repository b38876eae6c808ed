import { guarded } from '../core/guard.ts';
import type { LoadedSdk, PatchReport, SdkInstrumentation, SdkMetadata } from '../core/sdk.ts';
import { subscribeToTelemetry } from './channel.ts';
import { packages } from './metadata.ts';
import { patchModelClasses, watchModelOrProvider } from './model-classes.ts';

/**
 * The SDK itself. From 7 on it tells of runs, steps and tools on a diagnostics channel; nothing of it
 * is patched. Its calls are those of the models, which come from provider packages.
 */
export const ai: SdkInstrumentation = {
  ...packages[0],
  patch: (loaded) => report(loaded, () => patchSdk(loaded)),
  instrumentClient: (client) => guarded('instrument-client', () => watchByHand(client), false),
};

/** In a bundle nothing shows which version of the SDK will use the model. */
function watchByHand(client: object): boolean {
  const watched = watchModelOrProvider(client);
  if (watched) subscribeToTelemetry();
  return watched;
}

function patchSdk({ version }: LoadedSdk): string[] {
  const major = Number.parseInt(version ?? '', 10);
  // Before 7 there is nothing here to hear of: the models tell all.
  if (major < 7) return ['models'];
  subscribeToTelemetry();
  return ['models', 'ai:telemetry'];
}

/** A package of models for the SDK. */
export function provider(metadata: SdkMetadata): SdkInstrumentation {
  return {
    ...metadata,
    patch: (loaded) => report(loaded, () => patchModelClasses(loaded.moduleExports)),
    instrumentClient: () => false,
  };
}

function report(loaded: LoadedSdk, patch: () => string[]): PatchReport {
  const { packageName, version, path, format } = loaded;
  return {
    packageName,
    version,
    path,
    format,
    patched: guarded('patch', patch, []),
    notes: [],
  };
}
