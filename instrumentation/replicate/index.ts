import { countRequests } from '../core/call/count-requests.ts';
import { guarded } from '../core/guard.ts';
import { dig, wrapMethod } from '../core/patch.ts';
import type { LoadedSdk, PatchReport, SdkInstrumentation } from '../core/sdk.ts';
import { packages } from './metadata.ts';
import { watchStream } from './streams.ts';
import { watchRequests } from './watch-requests.ts';

/** Every request of a client goes through one method of its class. */
function watch(target: object): string[] {
  countRequests();
  return [
    ...(wrapMethod(target, 'request', watchRequests) ? ['request'] : []),
    ...(wrapMethod(target, 'stream', watchStream) ? ['stream'] : []),
  ];
}

function patch({ packageName, version, path, format, moduleExports }: LoadedSdk): PatchReport {
  // The package exports the class itself, which ES modules see as its default.
  const prototype = [['prototype'], ['default', 'prototype']]
    .map((steps) => dig(moduleExports, steps))
    .find((value) => typeof value === 'object' && value !== null);
  const patched =
    typeof prototype === 'object' && prototype !== null
      ? guarded('patch', () => watch(prototype), [])
      : [];
  const notes = prototype === undefined ? [`${packageName} exports no class`] : [];
  return { packageName, version, path, format, patched, notes };
}

/** The official `replicate` package. */
export const replicate: SdkInstrumentation = {
  ...packages[0],
  patch,
  instrumentClient: (client) =>
    guarded(
      'instrument-client',
      () => {
        const isOwn = 'predictions' in client && 'trainings' in client && 'request' in client;
        if (isOwn) watch(client);
        return isOwn;
      },
      false,
    ),
};
