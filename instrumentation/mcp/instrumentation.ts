import { guarded } from '../core/guard.ts';
import { dig } from '../core/patch.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { patchRequests } from './client.ts';
import { patchHandlers } from './server.ts';
import { packages } from './metadata.ts';

/** Clients and servers of the Model Context Protocol: both are one class that sends and answers. */
export const mcp: SdkInstrumentation = {
  ...packages[0],
  patch({ packageName, version, path, format, moduleExports }) {
    const patched = guarded(
      'patch',
      () => {
        const prototype = dig(moduleExports, ['Protocol', 'prototype']);
        if (typeof prototype !== 'object' || prototype === null) return [];
        const requests = patchRequests(prototype) ? ['Protocol.request'] : [];
        return patchHandlers(prototype) ? [...requests, 'Protocol.setRequestHandler'] : requests;
      },
      [],
    );
    return { packageName, version, path, format, patched, notes: [] };
  },
  instrumentClient: () => false,
};
