import { guarded } from '../core/guard.ts';
import { type Method, wrapMethod } from '../core/patch.ts';
import { asDictionary } from '../../providers/read.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { followAgents } from './agents-context.ts';
import { contextOf, processor } from './processor.ts';
import { packages } from './metadata.ts';

/** The provider of traces that has our processor; all copies of the SDK share one. */
const joined = new WeakSet<object>();

/**
 * Agents of `@openai/agents`, by its own trace processors. An application that switches its tracing
 * off has no structure to hear of; its calls are seen by the SDK that makes them.
 */
export const openaiAgents: SdkInstrumentation = {
  ...packages[0],
  patch({ packageName, version, path, format, moduleExports }) {
    const patched = guarded('patch', () => join(moduleExports), []);
    return { packageName, version, path, format, patched, notes: [] };
  },
  instrumentClient: () => false,
};

function join(moduleExports: unknown): string[] {
  const { getGlobalTraceProvider, getCurrentTrace } = asDictionary(moduleExports) ?? {};
  if (typeof getGlobalTraceProvider !== 'function') return [];
  const provider: unknown = getGlobalTraceProvider();
  if (typeof provider !== 'object' || provider === null || joined.has(provider)) return [];
  joined.add(provider);
  const { registerProcessor } = provider as { registerProcessor: Method };
  registerProcessor.call(provider, processor);
  // An application that sets its own processors takes out all others.
  wrapMethod(
    provider,
    'setProcessors',
    (original) =>
      function (this: unknown, processors: readonly unknown[]): unknown {
        return original.call(this, [...processors, processor]);
      },
  );
  // Makes the storage, if nothing has yet.
  if (typeof getCurrentTrace === 'function') getCurrentTrace();
  followAgents(contextOf);
  return ['trace processor'];
}
