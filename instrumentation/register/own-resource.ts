import { randomUUID } from 'node:crypto';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';

const detectors = {
  env: envDetector,
  host: hostDetector,
  os: osDetector,
  process: processDetector,
};

let resource: Resource | undefined;

/**
 * The resource of every provider that costspan starts. Two replicas with one `service.instance.id`
 * would overwrite each other's counters, so a random one is set where the environment names none.
 */
export function ownResource(names: readonly string[]): Resource {
  if (resource !== undefined) return resource;
  const chosen = Object.entries(detectors).filter(([name]) => names.includes(name));
  const detected = detectResources({ detectors: chosen.map(([, detector]) => detector) });
  const instance = resourceFromAttributes({ 'service.instance.id': randomUUID() });
  resource = defaultResource().merge(instance).merge(detected);
  return resource;
}
