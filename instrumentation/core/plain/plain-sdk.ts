import { guarded } from '../guard.ts';
import {
  type Method,
  dig,
  onEachResource,
  onFirstResource,
  ownerOf,
  wrapAssigned,
  wrapMethod,
} from '../patch.ts';
import { recordPlainCall } from './record-plain-call.ts';
import type { LoadedSdk, PatchReport } from '../sdk.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallSettings } from '../call/start-call.ts';

/**
 * An SDK of any build, as a table of the methods that reach a model. A method may sit on a prototype
 * that an export leads to, on one that only objects lead to, or on each object itself.
 */
export interface PlainSdk extends CallSettings {
  readonly packageName: string;
  readonly methods: readonly PlainMethod[];
  /** Methods around or below the watched ones that need another wrapper, such as one retry. */
  readonly helpers?: readonly PlainHelper[];
  /** Whether an object is a client of this SDK. */
  isClient(client: object): boolean;
}

interface MethodPlace {
  /** From the exports to a class: `['Models']`. */
  readonly classPath: readonly string[];
  /**
   * From an object of that class to the one with the method: `['chat']`. For classes that are not
   * exported: such a class is met when an object first makes or gives one of it.
   */
  readonly resourcePath?: readonly string[];
  /** From a client to the object with the method, for `instrument(client)`. Default `resourcePath`. */
  readonly clientPath?: readonly string[];
  readonly method: string;
  /** Whether constructors assign the method to each object, as an arrow function. */
  readonly isAssigned?: boolean;
}

export interface PlainMethod extends MethodPlace {
  /** A method that `method` calls, watched in its place where there is one. */
  readonly inner?: string;
  readonly shape: CallShape;
}

export interface PlainHelper extends MethodPlace {
  wrap(original: Method): Method;
}

type Place = PlainMethod | PlainHelper;

/** What was patched, by prototype: a class may be reached by several exports. */
const patchedPlaces = new WeakMap<object, Set<string>>();

/** Patches the classes of one loaded copy. Never throws. */
export function patchPlainSdk(sdk: PlainSdk, loaded: LoadedSdk): PatchReport {
  const patched = new Set<string>();
  const notes: string[] = [];
  const patchAll = (): void => {
    let found = false;
    for (const place of placesOf(sdk)) {
      const prototype = dig(loaded.moduleExports, [...place.classPath, 'prototype']);
      if (typeof prototype !== 'object' || prototype === null) continue;
      found = true;
      if (!isNewPlace(prototype, place)) continue;
      if (patchPlace(sdk, place, prototype)) patched.add(nameOf(place));
    }
    if (!found) {
      const classes = new Set(sdk.methods.map(({ classPath }) => classPath.join('.')));
      notes.push(`${sdk.packageName} exports none of ${[...classes].join(', ')}`);
    }
  };
  guarded('patch', patchAll, undefined);
  const { packageName, version, path, format } = loaded;
  return { packageName, version, path, format, patched: [...patched], notes };
}

/** Watches one client object only, for bundled applications. Returns whether it is of this SDK. */
export function instrumentPlainClient(sdk: PlainSdk, client: object): boolean {
  const wrapAll = (): boolean => {
    if (!sdk.isClient(client)) return false;
    for (const place of placesOf(sdk)) {
      atResource(client, place.clientPath ?? place.resourcePath ?? [], (resource) => {
        wrapMethod(resource, methodAt(place, resource), wrapperOf(sdk, place));
      });
    }
    return true;
  };
  return guarded('instrument-client', wrapAll, false);
}

/** Calls `use` with what stands at `path`, as soon as it is there and whenever it is a new one. */
function atResource(root: object, path: readonly string[], use: (end: object) => void): void {
  const [next, ...rest] = path;
  if (next === undefined) use(root);
  else onEachResource(root, next, (resource) => atResource(resource, rest, use));
}

function placesOf(sdk: PlainSdk): readonly Place[] {
  return sdk.helpers === undefined ? sdk.methods : [...sdk.methods, ...sdk.helpers];
}

function nameOf({ classPath, resourcePath = [], method }: Place): string {
  return [...classPath, ...resourcePath, method].join('.');
}

function isNewPlace(prototype: object, { resourcePath = [], method }: Place): boolean {
  const name = [...resourcePath, method].join('.');
  const known = patchedPlaces.get(prototype) ?? new Set();
  if (known.has(name)) return false;
  patchedPlaces.set(prototype, known.add(name));
  return true;
}

function patchPlace(sdk: PlainSdk, place: Place, prototype: object): boolean {
  const path = place.resourcePath ?? [];
  if (path.length === 0) return wrapBelow(sdk, place, prototype);
  atClass(prototype, path, (below) => {
    wrapBelow(sdk, place, below);
  });
  return true;
}

/**
 * Calls `use` with the prototype of what stands at `path` below objects of a class, as soon as one of
 * them has it: each step waits for any object of its class, not for the first one alone.
 */
function atClass(
  prototype: object,
  [next, ...rest]: readonly string[],
  use: (prototype: object) => void,
): void {
  if (next === undefined) {
    use(prototype);
    return;
  }
  onFirstResource(prototype, next, (resource) => {
    // What a constructor has assigned is there, and no later object needs to be awaited.
    let end = resource;
    let path: readonly string[] = rest;
    for (; path[0] !== undefined; path = path.slice(1)) {
      const assigned: unknown = Reflect.getOwnPropertyDescriptor(end, path[0])?.value;
      if (typeof assigned !== 'object' || assigned === null) break;
      end = assigned;
    }
    const below = Reflect.getPrototypeOf(end);
    if (below !== null) atClass(below, path, use);
  });
}

/** The name of the method to watch at `target`. */
function methodAt(place: Place, target: object): string {
  const inner = 'inner' in place ? place.inner : undefined;
  return inner !== undefined && typeof Reflect.get(target, inner) === 'function'
    ? inner
    : place.method;
}

function wrapBelow(sdk: PlainSdk, place: Place, prototype: object): boolean {
  const method = methodAt(place, prototype);
  if (place.isAssigned === true) return wrapAssigned(prototype, method, wrapperOf(sdk, place));
  // A class that inherits the method shares it with its relatives, exported or not.
  return wrapMethod(ownerOf(prototype, method) ?? prototype, method, wrapperOf(sdk, place));
}

function wrapperOf(sdk: PlainSdk, place: Place): (original: Method) => Method {
  if ('wrap' in place) return place.wrap;
  const { shape } = place;
  return (original) =>
    function (this: unknown, ...args: unknown[]): unknown {
      return recordPlainCall(sdk, shape, this, original, this, args);
    };
}
