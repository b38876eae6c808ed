import { sdks } from '../generated/sdks.ts';
import { startCostspanAlone } from './start.ts';

/**
 * Watches one client and returns that same client. For bundled applications (Next.js, esbuild),
 * where no module hook can see the SDK. A client that is watched already, or that no
 * instrumentation knows, comes back as it was. Never throws.
 */
export function instrument<T extends object>(client: T): T {
  try {
    startCostspanAlone();
    sdks.some((sdk) => sdk.instrumentClient(client));
  } catch {
    // The client works without us.
  }
  return client;
}
