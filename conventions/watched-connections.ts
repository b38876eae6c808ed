/**
 * Requests that open a connection of which each call is watched, so that whoever counts requests that
 * nobody saw leaves them out. The seam between `instrumentation/` and `processor/`, as `CallObserver`.
 */
const requests = new WeakSet<object>();

/** The same by address, for requests whose object is made out of reach. */
const addresses = new Map<string, number>();
const MOST_ADDRESSES = 1_000;

/** `request` opens a watched connection. */
export function connectionWatched(request: object): void {
  requests.add(request);
}

/** The next request to `address`, without its query, opens a watched connection. */
export function connectionExpected(address: string): void {
  if (addresses.size >= MOST_ADDRESSES) addresses.clear();
  const key = keyOf(address);
  addresses.set(key, (addresses.get(key) ?? 0) + 1);
}

/** Whether a request opens a watched connection. Takes an expectation back. */
export function isConnectionWatched(request: object, address: string): boolean {
  if (requests.has(request)) return true;
  const key = keyOf(address);
  const count = addresses.get(key);
  if (count === undefined) return false;
  if (count === 1) addresses.delete(key);
  else addresses.set(key, count - 1);
  return true;
}

/** `wss:` and `https:` are one here; the query may hold a key. */
function keyOf(address: string): string {
  if (!URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  return host + pathname;
}
