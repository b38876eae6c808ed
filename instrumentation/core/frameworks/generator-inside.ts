import { type Context, context } from '@opentelemetry/api';

/** How a generator came to its end: to the last value, by an error, or left by its reader. */
export type GeneratorEnd =
  | { readonly how: 'done' }
  | { readonly how: 'failed'; readonly error: unknown }
  | { readonly how: 'left' };

export interface GeneratorWatch<T> {
  /** Right before the generator runs for the first time: where it shall run, from then on. */
  start(): Context | undefined;
  /** A value, on its way to the reader. */
  value?(value: T): void;
  end(end: GeneratorEnd): void;
}

/**
 * The same values as `inner`, whose code runs in a context of its own whoever asks for them. None of
 * the functions of `watch` may throw.
 */
export function generatorInside<T>(
  inner: AsyncGenerator<T>,
  watch: GeneratorWatch<T>,
): AsyncGenerator<T> {
  let runIn: Context | undefined;
  let started = false;
  const run = async (
    step: () => Promise<IteratorResult<T>>,
    isLeaving: boolean,
  ): Promise<IteratorResult<T>> => {
    if (!started) {
      started = true;
      runIn = watch.start();
    }
    try {
      const result = await (runIn === undefined ? step() : context.with(runIn, step));
      if (result.done === true) watch.end({ how: isLeaving ? 'left' : 'done' });
      else watch.value?.(result.value);
      return result;
    } catch (error) {
      watch.end({ how: 'failed', error });
      throw error;
    }
  };
  const outer: AsyncGenerator<T> = {
    next: (...args) => run(() => inner.next(...args), false),
    return: (value) => run(() => inner.return(value), true),
    throw: (error) => run(() => inner.throw(error), true),
    [Symbol.asyncIterator]: () => outer,
    [Symbol.asyncDispose]: async () => {
      await outer.return(undefined);
    },
  };
  return outer;
}
