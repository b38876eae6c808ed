import { countRequests } from '../core/call/count-requests.ts';
import { guarded } from '../core/guard.ts';
import { dig, wrapMethod } from '../core/patch.ts';
import type { LoadedSdk, PatchReport, SdkInstrumentation } from '../core/sdk.ts';
import { watchClient } from './client.ts';
import { watchDispatch } from './instrumentation.ts';
import { packages } from './metadata.ts';

function patch({ packageName, version, path, format, moduleExports }: LoadedSdk): PatchReport {
  const places = [moduleExports, dig(moduleExports, ['default'])];
  const holder = places.find((place) => typeof dig(place, ['dispatchRequest']) === 'function');
  const isPatched =
    typeof holder === 'object' &&
    holder !== null &&
    wrapMethod(holder, 'dispatchRequest', watchDispatch);
  if (isPatched) countRequests();
  const patched = isPatched ? ['dispatchRequest'] : [];
  const notes = holder === undefined ? [`${packageName} has no dispatchRequest`] : [];
  return { packageName, version, path, format, patched, notes };
}

/** The official `@fal-ai/client` package. */
export const fal: SdkInstrumentation = {
  ...packages[0],
  patch,
  instrumentClient: (client) => guarded('instrument-client', () => watchClient(client), false),
};
