import { watchAttempts } from './attempts.ts';
import { endpointOf } from '../call/endpoint.ts';
import { guarded } from '../guard.ts';
import { type Method, dig, isWrapped, onFirstAssignment, ownerOf, wrapMethod } from '../patch.ts';
import { asDictionary } from '../../../providers/read.ts';
import { recordCall } from '../call/record-call.ts';
import { watchRefusedAdditions } from './refused-additions.ts';
import type { LoadedSdk, PatchReport } from '../sdk.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallEndpoint, CallSettings } from '../call/start-call.ts';

/**
 * The SDKs generated from API descriptions (openai, anthropic, groq, together …) share one build:
 * resource classes with a `_client`, methods that return an API promise, and a client whose
 * `prepareOptions` and `retryRequest` surround every attempt. One table says what to watch.
 */
export interface GeneratedSdk extends CallSettings {
  readonly packageName: string;
  /** Exports that hold the client class, the first one found counts: `OpenAI`, `default`. */
  readonly clientExports: readonly string[];
  /**
   * A resource by which a client of any class is taken for one of this make, such as `chat`. By
   * default the class alone shows it.
   */
  readonly ownResource?: string;
  readonly methods: readonly WatchedMethod[];
  /** Methods that only prepare a watched one. */
  readonly helpers?: readonly HelperMethod[];
}

interface MethodPlace {
  /** From the client class to the resource class: `['Chat', 'Completions']`. */
  readonly classPath: readonly string[];
  /** From a client object to the resource object: `['chat', 'completions']`. */
  readonly instancePath: readonly string[];
  readonly method: string;
}

export interface WatchedMethod extends MethodPlace {
  readonly shape: CallShape;
}

export interface HelperMethod extends MethodPlace {
  wrap(original: Method): Method;
}

/** A method by its path below a client, such as `chat.completions.create`. */
export function watched(path: string, shape: CallShape): WatchedMethod {
  const steps = path.split('.');
  const method = steps.pop() ?? '';
  const classPath = steps.map((step) => step.charAt(0).toUpperCase() + step.slice(1));
  return { classPath, instancePath: steps, method, shape };
}

/** Where a client's `baseURL` leads; a host that is nobody's known one speaks for `provider`. */
export function endpointOfClient(client: unknown, provider: string): CallEndpoint {
  const endpoint = endpointOf(asDictionary(client)?.['baseURL']);
  return { ...endpoint, provider: endpoint.provider ?? provider };
}

/** Patches the resource classes of one loaded copy. Never throws. */
export function patchGeneratedSdk(sdk: GeneratedSdk, loaded: LoadedSdk): PatchReport {
  const patched = new Set<string>();
  const notes: string[] = [];
  guarded(
    'patch',
    () => {
      const clientClasses = new Set(
        sdk.clientExports
          .map((name) => dig(loaded.moduleExports, [name]))
          .filter((value) => typeof value === 'function'),
      );
      if (clientClasses.size === 0) {
        notes.push(`${sdk.packageName} exports none of ${sdk.clientExports.join(', ')}`);
      }
      for (const clientClass of clientClasses) {
        for (const path of patchClientClass(sdk, clientClass)) patched.add(path);
      }
    },
    undefined,
  );
  const { packageName, version, path, format } = loaded;
  return { packageName, version, path, format, patched: [...patched], notes };
}

const knownClasses = new WeakSet<object>();

function patchClientClass(sdk: GeneratedSdk, clientClass: object): readonly string[] {
  const patched: string[] = [];
  let found = false;
  // One that inherits its resources from a class of another package may find them watched already.
  const isNew = !knownClasses.has(clientClass);
  knownClasses.add(clientClass);
  for (const place of placesOf(sdk)) {
    const exported = dig(clientClass, [...place.classPath, 'prototype']);
    if (typeof exported !== 'object' || exported === null) continue;
    found = true;
    // What clients make may be of the class that the exported one inherits its methods from.
    const prototype = ownerOf(exported, place.method) ?? exported;
    const isWatched =
      wrapPlace(sdk, place, prototype) || (isNew && isWrapped(prototype, place.method));
    if (isWatched) patched.push([...place.classPath, place.method].join('.'));
  }
  const clientPrototype: unknown = Reflect.get(clientClass, 'prototype');
  if (typeof clientPrototype !== 'object' || clientPrototype === null) return patched;
  watchAttempts((name) => ownerOf(clientPrototype, name), 'class');
  if (adds(sdk)) watchRefusedAdditions((name) => ownerOf(clientPrototype, name));
  if (!found) patched.push(...patchAtFirstClient(sdk, clientPrototype));
  return patched;
}

/**
 * A client class of another package (Bedrock, Vertex) does not lead to its resource classes, but
 * every client it makes gets a resource of each. The first one that is assigned shows the class.
 */
function patchAtFirstClient(sdk: GeneratedSdk, clientPrototype: object): readonly string[] {
  const awaited = new Set(placesOf(sdk).map(({ instancePath }) => instancePath[0] ?? ''));
  for (const resource of awaited) {
    onFirstAssignment(clientPrototype, resource, (client) => {
      for (const place of placesOf(sdk)) {
        if (place.instancePath[0] !== resource) continue;
        const object = dig(client, place.instancePath);
        if (typeof object !== 'object' || object === null) continue;
        const prototype = Reflect.getPrototypeOf(object);
        if (prototype !== null) wrapPlace(sdk, place, prototype);
      }
    });
  }
  return sdk.methods.map(({ instancePath, method }) => [...instancePath, method].join('.'));
}

/** Watches one client object only, for bundled applications. Returns whether it is of this SDK. */
export function instrumentGeneratedClient(sdk: GeneratedSdk, client: object): boolean {
  return guarded(
    'instrument-client',
    () => {
      if (!isClientOf(sdk, client)) return false;
      let recognised = false;
      for (const place of placesOf(sdk)) {
        const resource = dig(client, place.instancePath);
        if (typeof resource !== 'object' || resource === null) continue;
        if (resource !== client && !('_client' in resource)) continue;
        recognised =
          wrapPlace(sdk, place, resource) || isWrapped(resource, place.method) || recognised;
      }
      if (!recognised) return false;
      watchAttempts(() => client, 'client');
      if (adds(sdk)) watchRefusedAdditions(() => client);
      wrapMethod(client, 'withOptions', (original) => watchCopies(sdk, original));
      return true;
    },
    false,
  );
}

/** A client's class holds itself by its own name (`Groq.Groq`), which no bundler changes. */
function isClientOf({ ownResource, clientExports }: GeneratedSdk, client: object): boolean {
  if (ownResource !== undefined) return ownResource in client;
  const { constructor } = client;
  return clientExports.some((name) => name !== 'default' && Reflect.has(constructor, name));
}

/** `client.withOptions(…)` makes another client with resources of its own. */
function watchCopies(sdk: GeneratedSdk, original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const copy: unknown = original.apply(this, args);
    if (typeof copy === 'object' && copy !== null) instrumentGeneratedClient(sdk, copy);
    return copy;
  };
}

/** Whether anything is ever added to this SDK's requests. */
function adds(sdk: GeneratedSdk): boolean {
  return sdk.methods.some(({ shape }) => shape.prepare !== undefined);
}

function placesOf(sdk: GeneratedSdk): readonly (WatchedMethod | HelperMethod)[] {
  return sdk.helpers === undefined ? sdk.methods : [...sdk.methods, ...sdk.helpers];
}

function wrapPlace(
  sdk: GeneratedSdk,
  place: WatchedMethod | HelperMethod,
  target: object,
): boolean {
  if ('wrap' in place) return wrapMethod(target, place.method, place.wrap);
  const { shape } = place;
  return wrapMethod(target, place.method, (original) => {
    return function (this: { readonly _client?: unknown }, ...args: unknown[]): unknown {
      // A few methods stand on the client itself.
      return recordCall(sdk, shape, this?._client ?? this, original, this, args);
    };
  });
}
