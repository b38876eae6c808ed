import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
} from '../../../conventions/index.ts';

type Told = Readonly<Record<string, unknown>>;

/** What of a resource tells one service, and one process of it, from another. */
const NAMES = [
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_INSTANCE_ID,
  'k8s.pod.uid',
  'k8s.pod.name',
  'host.id',
  'host.name',
  'container.id',
  'process.pid',
];

/** Who made a call, as the resource of its span says; each name is absent where nobody said it. */
export type Service = Readonly<Record<string, string | undefined>>;

const services = new WeakMap<Told, Service>();

/** The service that a resource names; one object for each resource object. */
export function serviceOf(resource: Told | undefined): Service | undefined {
  if (resource === undefined) return undefined;
  let service = services.get(resource);
  if (service === undefined) {
    const said: Record<string, string> = {};
    for (const name of NAMES) {
      const value = resource[name];
      if (typeof value === 'string' || typeof value === 'number') said[name] = `${value}`;
    }
    service = said;
    services.set(resource, service);
  }
  return service;
}

/** Whether two are surely not the same process: both say a name, and differently. */
export function areDifferent(one: Service | undefined, other: Service | undefined): boolean {
  if (one === other || one === undefined || other === undefined) return false;
  return NAMES.some((name) => {
    const [left, right] = [one[name], other[name]];
    return left !== undefined && right !== undefined && left !== right;
  });
}
