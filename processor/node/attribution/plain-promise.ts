/**
 * A promise of the language itself, with nothing added. SDKs return subclasses that do work in
 * `then` (a second call would read the response body twice), and some libraries hang methods on
 * a promise: those are handed back untouched.
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.getPrototypeOf(value) === Promise.prototype &&
      Object.keys(value).length === 0
    );
  } catch {
    return false; // a proxy of the host that will not be looked at
  }
}
