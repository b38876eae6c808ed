import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { providerHostOf, REQUEST_CHANNELS, requestIn } from '../../providers/request-host.ts';

/**
 * Calls `found`, once, with the first request to a provider of models: in an application without any
 * SDK that is the reason to load the rest of costspan, and where only the engine runs so far, the
 * reason to start metrics.
 */
export function onProviderRequest(found: (message: unknown) => void): void {
  const stop = (): void => {
    for (const channel of REQUEST_CHANNELS) unsubscribe(channel, listen);
  };
  // A subscriber that throws ends the process.
  function listen(message: unknown): void {
    try {
      if (providerHostOf(requestIn(message)) === undefined) return;
      stop();
      found(message);
    } catch {
      stop();
    }
  }
  for (const channel of REQUEST_CHANNELS) subscribe(channel, listen);
}
