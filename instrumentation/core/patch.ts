import { guarded } from './guard.ts';

/** On a wrapper: the function it wraps. Survives two copies of this package in one process. */
const WRAPPED: unique symbol = Symbol.for('costspan.wrapped');

// oxlint-disable-next-line typescript/no-explicit-any -- a method of any signature, called with what the caller passed
export type Method = (this: any, ...args: any[]) => any;

/**
 * Replaces `target[name]` by `wrap(original)`, keeping name, length, own properties and property
 * attributes. Returns false, and changes nothing, when there is no such method, when it is already
 * wrapped, or when it cannot be replaced. Never throws.
 */
export function wrapMethod(
  target: object,
  name: string,
  wrap: (original: Method) => Method,
): boolean {
  return guarded(
    'patch',
    () => {
      const original: unknown = Reflect.get(target, name);
      if (typeof original !== 'function') return false;
      if (WRAPPED in original) return false;
      const wrapper = wrap(original as Method);
      for (const key of Reflect.ownKeys(original)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
        if (descriptor !== undefined && key !== 'prototype') {
          Reflect.defineProperty(wrapper, key, descriptor);
        }
      }
      Reflect.defineProperty(wrapper, WRAPPED, { value: original });
      const existing = Reflect.getOwnPropertyDescriptor(target, name);
      return Reflect.defineProperty(target, name, {
        value: wrapper,
        writable: true,
        configurable: true,
        enumerable: existing?.enumerable ?? false,
      });
    },
    false,
  );
}

/** Whether `target[name]` is one of our wrappers. */
export function isWrapped(target: object, name: string): boolean {
  const method: unknown = Reflect.get(target, name);
  return typeof method === 'function' && WRAPPED in method;
}

/** `root.a.b.c` for `path` `['a', 'b', 'c']`; `undefined` as soon as one step is missing. */
export function dig(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const step of path) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      return undefined;
    }
    value = Reflect.get(value, step);
  }
  return value;
}
