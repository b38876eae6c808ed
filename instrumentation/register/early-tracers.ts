import nodeModule from 'node:module';
import type { trace, TracerProvider } from '@opentelemetry/api';
import { ownFolder } from './load-own.ts';
import { loadSync } from './load-sync.ts';
import { ifAlreadyLoaded } from './module-hooks.ts';

/** What the API hands out while nobody has registered anything. */
interface Proxy {
  getDelegate?: () => TracerProvider;
  setDelegate?: (provider: TracerProvider) => void;
}

/**
 * Lets tracers that were handed out before now follow `provider`, as they follow whoever registers:
 * instrumentations that were set up before us keep theirs for good. Each copy of the API has such
 * tracers, and both are looked for only where they are loaded: without them nobody has a tracer.
 *
 * Call it while nothing stands in for the API. Never throws.
 */
export function followEarlyTracers(provider: TracerProvider): void {
  for (const findApi of [loadedTrace, loadedCommonJsTrace]) {
    try {
      const proxy = findApi()?.getTracerProvider() as Proxy | undefined;
      if (typeof proxy?.setDelegate !== 'function' || typeof proxy.getDelegate !== 'function') {
        continue;
      }
      // Somebody has registered: these tracers follow him.
      if (proxy.getDelegate().constructor.name === 'NoopTracerProvider')
        proxy.setDelegate(provider);
    } catch {
      // A copy of another make; its early tracers stay silent.
    }
  }
}

type TraceApi = Pick<typeof trace, 'getTracerProvider'>;

/** The copy that ES modules import, ours included. */
function loadedTrace(): TraceApi | undefined {
  const folder = ownFolder();
  if (folder === undefined) return undefined;
  const api = ifAlreadyLoaded(
    () => loadSync('@opentelemetry/api', folder),
    (url) => url.includes('/@opentelemetry/api/'),
  );
  return (api as { trace?: TraceApi } | undefined)?.trace;
}

function loadedCommonJsTrace(): TraceApi | undefined {
  const require = nodeModule.createRequire(import.meta.url);
  const loaded = require.cache[require.resolve('@opentelemetry/api')];
  return (loaded?.exports as { trace?: TraceApi } | undefined)?.trace;
}
