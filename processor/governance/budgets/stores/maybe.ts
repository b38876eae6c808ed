import type { Maybe } from './store.ts';

/** Goes on with a value that is there or will be: at once where it is. */
export function andThen<T, U>(value: Maybe<T>, next: (value: T) => Maybe<U>): Maybe<U> {
  // oxlint-disable-next-line promise/no-callback-in-promise -- it is what `then` is for
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The same with what to do when the value fails to come, whether by a throw or a rejection. */
export function attempt<T, U>(
  body: () => Maybe<T>,
  next: (value: T) => Maybe<U>,
  failed: (error: unknown) => Maybe<U>,
): Maybe<U> {
  let value: Maybe<T>;
  try {
    value = body();
  } catch (error) {
    return failed(error);
  }
  // oxlint-disable-next-line promise/no-callback-in-promise -- it is what `then` is for
  return value instanceof Promise ? value.then(next, failed) : next(value);
}
