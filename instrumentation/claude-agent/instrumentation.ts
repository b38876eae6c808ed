import { guarded } from '../core/guard.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { followChildren } from './child.ts';
import { packages } from './metadata.ts';

/**
 * The Claude Agent SDK, whose models are called by another process. Nothing of it is patched: what
 * that process writes to the SDK is read along.
 */
export const claudeAgent: SdkInstrumentation = {
  ...packages[0],
  patch({ packageName, version, path, format }) {
    const patched = guarded('patch', followChildren, false) ? ['child_process'] : [];
    return { packageName, version, path, format, patched, notes: [] };
  },
  instrumentClient: () => false,
};
