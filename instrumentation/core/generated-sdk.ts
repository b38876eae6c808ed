import { guarded } from './guard.ts';
import { type Method, dig, isWrapped, wrapMethod } from './patch.ts';
import { type CallEndpoint, currentCall, recordCall } from './record-call.ts';
import type { LoadedSdk, PatchReport } from './sdk.ts';
import type { CallShape } from './shape.ts';

/**
 * The SDKs generated from API descriptions (openai, anthropic, groq, together …) share one build:
 * resource classes with a `_client`, methods that return an API promise, and a client whose
 * `prepareOptions` and `retryRequest` surround every attempt. One table says what to watch.
 */
export interface GeneratedSdk {
  readonly packageName: string;
  /** Exports that hold the client class, the first one found counts: `OpenAI`, `default`. */
  readonly clientExports: readonly string[];
  readonly methods: readonly WatchedMethod[];
  endpointOf(client: unknown): CallEndpoint;
  /** Wraps what only this SDK has; returns the method paths it changed. */
  patchMore?(clientClass: object): readonly string[];
}

export interface WatchedMethod {
  /** From the client class to the resource class: `['Chat', 'Completions']`. */
  readonly classPath: readonly string[];
  /** From a client object to the resource object: `['chat', 'completions']`. */
  readonly instancePath: readonly string[];
  readonly method: string;
  readonly shape: CallShape;
}

/** Patches the resource classes of one loaded copy. Never throws. */
export function patchGeneratedSdk(sdk: GeneratedSdk, loaded: LoadedSdk): PatchReport {
  const patched: string[] = [];
  const notes: string[] = [];
  guarded(
    'patch',
    () => {
      const clientClass = sdk.clientExports
        .map((name) => dig(loaded.moduleExports, [name]))
        .find((value) => typeof value === 'function');
      if (clientClass === undefined) {
        notes.push(`${sdk.packageName} exports none of ${sdk.clientExports.join(', ')}`);
        return;
      }
      for (const watched of sdk.methods) {
        const prototype = dig(clientClass, [...watched.classPath, 'prototype']);
        if (typeof prototype !== 'object' || prototype === null) continue;
        if (watchMethod(sdk, watched, prototype)) {
          patched.push([...watched.classPath, watched.method].join('.'));
        }
      }
      const clientPrototype: unknown = Reflect.get(clientClass, 'prototype');
      if (typeof clientPrototype === 'object' && clientPrototype !== null) {
        watchAttempts((name) => ownerOf(clientPrototype, name));
      }
      patched.push(...(sdk.patchMore?.(clientClass) ?? []));
    },
    undefined,
  );
  const { packageName, version, path, format } = loaded;
  return { packageName, version, path, format, patched, notes };
}

/** Watches one client object only, for bundled applications. Returns whether it is of this SDK. */
export function instrumentGeneratedClient(sdk: GeneratedSdk, client: object): boolean {
  return guarded(
    'instrument-client',
    () => {
      let recognised = false;
      for (const watched of sdk.methods) {
        const resource = dig(client, watched.instancePath);
        if (typeof resource !== 'object' || resource === null || !('_client' in resource)) continue;
        recognised =
          watchMethod(sdk, watched, resource) || isWrapped(resource, watched.method) || recognised;
      }
      if (recognised) watchAttempts(() => client);
      return recognised;
    },
    false,
  );
}

function watchMethod(sdk: GeneratedSdk, watched: WatchedMethod, target: object): boolean {
  const { shape } = watched;
  const { endpointOf } = sdk;
  return wrapMethod(target, watched.method, (original) => {
    return function (this: { readonly _client?: unknown }, ...args: unknown[]): unknown {
      return recordCall(shape, endpointOf, this?._client, original, this, args);
    };
  });
}

/**
 * `prepareOptions` runs before each attempt and outside the retry loop's `catch`: what it throws
 * reaches the caller through the SDK's own promise and is never retried. `retryRequest` runs once a
 * retry.
 */
function watchAttempts(ownerOfMethod: (name: string) => object | undefined): void {
  const preparing = ownerOfMethod('prepareOptions');
  if (preparing !== undefined) wrapMethod(preparing, 'prepareOptions', gateAttempt);
  const retrying = ownerOfMethod('retryRequest');
  if (retrying !== undefined) wrapMethod(retrying, 'retryRequest', countRetry);
}

function gateAttempt(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const gate = guarded('gate', () => currentCall()?.gate, undefined);
    if (gate === undefined) return original.apply(this, args);
    return admitted(gate, () => original.apply(this, args));
  };
}

async function admitted(
  gate: Error | Promise<Error | undefined>,
  proceed: () => unknown,
): Promise<unknown> {
  const denial = await gate;
  if (denial !== undefined) throw denial;
  return proceed();
}

function countRetry(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    guarded(
      'retry',
      () => {
        const record = currentCall();
        if (record !== undefined) record.call.retries += 1;
      },
      undefined,
    );
    return original.apply(this, args);
  };
}

/** The prototype that holds `name` itself, from `prototype` upward. */
function ownerOf(prototype: object, name: string): object | undefined {
  let owner: object | null = prototype;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Reflect.getPrototypeOf(owner);
  return owner ?? undefined;
}
