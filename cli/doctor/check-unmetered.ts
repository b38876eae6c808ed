import type { UnmeteredHost } from '../../processor/node/unmetered/unmetered-file.ts';
import { check } from './check.ts';
import type { Check } from './check.ts';

/** Hosts of models that earlier runs of the application asked past every instrumentation. */
export function checkUnmetered(hosts: readonly UnmeteredHost[]): Check[] {
  if (hosts.length === 0) {
    return [
      check(
        'Unmetered',
        'ok',
        'No run noted a request to a model host that no instrumentation saw.',
        'Running services count them in costspan.unmetered.requests and log each host once.',
      ),
    ];
  }
  return hosts.map(({ host, caller, firstSeen }) =>
    check(
      'Unmetered',
      'warn',
      `${host} is asked without any instrumentation seeing it${caller === undefined ? '' : `, from ${caller}`} (first ${firstSeen}).`,
      'Make the call with a supported SDK, or wrap its client with instrument().',
    ),
  );
}
