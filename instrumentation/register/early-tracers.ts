import nodeModule from 'node:module';
import { trace, type TracerProvider } from '@opentelemetry/api';

/** What the API hands out while nobody has registered anything. */
interface Proxy {
  getDelegate?: () => TracerProvider;
  setDelegate?: (provider: TracerProvider) => void;
}

/**
 * Lets tracers that were handed out before now follow `provider`, as they follow whoever registers:
 * instrumentations that were set up before us keep theirs for good. Each copy of the API has such
 * tracers; the ESM copy is our own, the CommonJS one is looked for where it is loaded.
 *
 * Call it while nothing stands in for the API. Never throws.
 */
export function followEarlyTracers(provider: TracerProvider): void {
  for (const api of [trace, loadedCommonJsTrace()]) {
    try {
      const proxy = api?.getTracerProvider() as Proxy | undefined;
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

function loadedCommonJsTrace(): Pick<typeof trace, 'getTracerProvider'> | undefined {
  try {
    const require = nodeModule.createRequire(import.meta.url);
    const loaded = require.cache[require.resolve('@opentelemetry/api')];
    return (loaded?.exports as { trace?: typeof trace } | undefined)?.trace;
  } catch {
    return undefined;
  }
}
