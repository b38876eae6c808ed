import { Session } from 'node:inspector/promises';

/** Whose code ran, in the order of the table. */
export const OWNERS = [
  'openai',
  'Node.js and V8',
  'garbage collection',
  'OpenTelemetry',
  'costspan',
] as const;
export type Owner = (typeof OWNERS)[number];

/** Where a piece of code stands. */
export type Place = Readonly<Record<'functionName' | 'url', string>>;

/** Microseconds of each owner's own code for each of `count` runs of `body`, by V8's sampling. */
export async function profileByOwner(
  count: number,
  body: () => Promise<unknown>,
): Promise<Readonly<Record<Owner, number>>> {
  return profileBy(OWNERS, ownerOf, count, async () => {
    for (let index = 0; index < count; index += 1) await body();
  });
}

/** The same by any division: `areaOf` says whose a place is. `body` runs all `count` of them. */
export async function profileBy<Area extends string>(
  areas: readonly Area[],
  areaOf: (place: Place) => Area | undefined,
  count: number,
  body: () => Promise<unknown>,
): Promise<Readonly<Record<Area, number>>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await body();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();

  const owners = new Map(profile.nodes.map(({ id, callFrame }) => [id, areaOf(callFrame)]));
  const times = Object.fromEntries(areas.map((area) => [area, 0])) as Record<Area, number>;
  for (const [index, node] of (profile.samples ?? []).entries()) {
    const owner = owners.get(node);
    if (owner !== undefined) times[owner] += (profile.timeDeltas?.[index] ?? 0) / count;
  }
  return times;
}

/** Our own built code is all that runs from a `dist` outside `node_modules`. */
function ownerOf({ functionName, url }: Place): Owner | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(idle)') return undefined;
  if (url.includes('/node_modules/openai/')) return 'openai';
  if (url.includes('/node_modules/@opentelemetry/')) return 'OpenTelemetry';
  if (url.includes('/node_modules/')) return undefined;
  if (url.includes('/dist/')) return 'costspan';
  return url === '' || url.startsWith('node:') ? 'Node.js and V8' : undefined;
}
