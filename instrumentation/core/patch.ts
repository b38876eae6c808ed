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

/** Who waits for a first assignment, by prototype and property. */
const awaited = new WeakMap<object, Map<string, ((owner: object) => void)[]>>();

/**
 * Calls `use` with the first object below `prototype` that gets a property `name` by assignment, as
 * constructors do. Until then a setter waits on `prototype`; the assignment itself is as ever.
 */
export function onFirstAssignment(
  prototype: object,
  name: string,
  use: (owner: object) => void,
): void {
  const waiting = awaited.get(prototype)?.get(name);
  if (waiting !== undefined) {
    waiting.push(use);
    return;
  }
  if (Object.hasOwn(prototype, name)) return;
  const uses = [use];
  const names = awaited.get(prototype) ?? new Map<string, typeof uses>();
  awaited.set(prototype, names.set(name, uses));
  Reflect.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(this: object, value: unknown) {
      Reflect.deleteProperty(prototype, name);
      names.delete(name);
      Reflect.set(this, name, value);
      for (const each of uses) guarded('patch', () => each(this), undefined);
    },
  });
}

/**
 * Calls `use` with the first object that `target`, or an object below it, gives as `name`: at once
 * where it is there, else when a getter makes it or a constructor assigns it.
 */
export function onFirstResource(
  target: object,
  name: string,
  use: (resource: object) => void,
): void {
  const isAwaited = awaited.get(target)?.has(name) === true;
  const found = isAwaited ? undefined : findDescriptor(target, name);
  if (found === undefined) {
    onFirstAssignment(target, name, (owner) => useObject(Reflect.get(owner, name), use));
    return;
  }
  const { get: read, value } = found;
  if (read === undefined) {
    useObject(value, use);
    return;
  }
  const own = Reflect.getOwnPropertyDescriptor(target, name);
  Reflect.defineProperty(target, name, {
    ...found,
    configurable: true,
    get(this: object) {
      const resource: unknown = read.call(this);
      if (typeof resource === 'object' && resource !== null) {
        if (own === undefined) Reflect.deleteProperty(target, name);
        else Reflect.defineProperty(target, name, own);
        useObject(resource, use);
      }
      return resource;
    },
  });
}

/**
 * The same for each object that `target` gives as `name`: a getter may make a new one every time.
 * `use` may meet an object more than once.
 */
export function onEachResource(
  target: object,
  name: string,
  use: (resource: object) => void,
): void {
  const found = findDescriptor(target, name);
  const read = found?.get;
  if (read === undefined || awaited.get(target)?.has(name) === true) {
    onFirstResource(target, name, use);
    return;
  }
  Reflect.defineProperty(target, name, {
    ...found,
    configurable: true,
    get(this: object) {
      const resource: unknown = read.call(this);
      useObject(resource, use);
      return resource;
    },
  });
}

function findDescriptor(target: object, name: string): PropertyDescriptor | undefined {
  let owner: object | null = target;
  while (owner !== null) {
    const descriptor = Reflect.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return descriptor;
    owner = Reflect.getPrototypeOf(owner);
  }
  return undefined;
}

function useObject(value: unknown, use: (object: object) => void): void {
  if (typeof value === 'object' && value !== null) guarded('patch', () => use(value), undefined);
}

/**
 * Wraps the methods `name` that constructors assign to each object below `prototype`, such as arrow
 * functions. Returns false when `prototype` has a property of that name itself.
 */
export function wrapAssigned(
  prototype: object,
  name: string,
  wrap: (original: Method) => Method,
): boolean {
  if (Object.hasOwn(prototype, name)) return false;
  return Reflect.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(this: object, value: unknown) {
      Reflect.defineProperty(this, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
      wrapMethod(this, name, wrap);
    },
  });
}

/** Replaces a method of one object of the SDK's; what the object lists stays the same. */
export function defineHidden(target: object, name: PropertyKey, value: unknown): void {
  const own = Reflect.getOwnPropertyDescriptor(target, name);
  Reflect.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  });
}

/** What reads `target[name]`, also where a getter further up does. */
export function readerOf(target: object, name: string): () => unknown {
  const { get, value } = findDescriptor(target, name) ?? {};
  return get === undefined ? () => value as unknown : () => get.call(target) as unknown;
}

/** The object that holds `name` itself, from `object` upward. */
export function ownerOf(object: object, name: string): object | undefined {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Reflect.getPrototypeOf(owner);
  return owner ?? undefined;
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
