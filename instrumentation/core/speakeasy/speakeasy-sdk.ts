import { type Context, context } from '@opentelemetry/api';
import { endpointOf } from '../call/endpoint.ts';
import { guarded } from '../guard.ts';
import { type Method, dig, ownerOf, wrapMethod } from '../patch.ts';
import { asDictionary } from '../../../providers/read.ts';
import { currentCall, isRecordingCalls } from '../call/record-call.ts';
import { recordExchange } from '../answer/record-exchange.ts';
import { isUnbilledStatus } from '../call/refusal.ts';
import type { LoadedSdk, PatchReport } from '../sdk.ts';
import type { CallShape } from '../call/shape.ts';
import type { CallEndpoint } from '../call/start-call.ts';

/**
 * The SDKs built by Speakeasy (mistral, openrouter) send every request through two methods of one
 * class: `_createRequest` makes it and `_do` sends it, retries included. There a call is seen as the
 * wire has it, before the SDK renames fields and drops those that it does not know, and whichever
 * way it was made: by a method, by a function of its own, or by a helper that makes many.
 */
export interface SpeakeasySdk {
  readonly packageName: string;
  /** Exports that hold the client class, the first one found counts. */
  readonly clientExports: readonly string[];
  /** Whether an object with all that such clients share is one of this SDK. */
  isOwn(client: object): boolean;
  /** `gen_ai.provider.name` at hosts that are nobody's known ones. */
  readonly provider: string;
  /**
   * What a request is, by its path; `undefined` where it reaches no model. `operation` is what the
   * SDK writes behind `#` to tell the operations of one path apart.
   */
  shapeOf(path: string, operation: string): CallShape | undefined;
  /** Looks at the answer to a request that reaches no model. */
  watchAnswer?(path: string, answer: WatchedAnswer): void;
}

/** An answer whose body the SDK has not read yet. */
export interface WatchedAnswer {
  readonly response: Response;
  readonly endpoint: CallEndpoint;
  /** Where it was asked for. */
  readonly context: Context;
  /** When, on the clock of `performance.now()`. */
  readonly startedMs: number;
}

/** What `_createRequest` is told of a request. */
interface RequestPlan {
  readonly method?: unknown;
  readonly path?: unknown;
  readonly body?: unknown;
}

interface SdkResult {
  readonly ok: boolean;
  readonly value?: Response;
  readonly error?: unknown;
}

/** The resources of one client share its hooks and nothing else. */
const watchedHooks = new WeakSet<object>();
const watchedClasses = new WeakSet<object>();
const plans = new WeakMap<object, RequestPlan>();

/** Patches the class behind all resources of one loaded copy. Never throws. */
export function patchSpeakeasySdk(sdk: SpeakeasySdk, loaded: LoadedSdk): PatchReport {
  const { packageName, version, path, format, moduleExports } = loaded;
  const patched: string[] = [];
  const notes: string[] = [];
  const patchAll = (): void => {
    const prototype = sdk.clientExports
      .map((name) => dig(moduleExports, [name, 'prototype']))
      .find((value) => typeof value === 'object' && value !== null);
    const owner = prototype === undefined ? undefined : ownerOf(prototype, '_do');
    if (owner === undefined) {
      notes.push(`${packageName} exports none of ${sdk.clientExports.join(', ')}`);
    } else if (!watchedClasses.has(owner)) {
      watchedClasses.add(owner);
      patchOwner(sdk, owner);
      patched.push('_do');
    }
  };
  guarded('patch', patchAll, undefined);
  return { packageName, version, path, format, patched, notes };
}

/** Watches one client object only, for bundled applications. Returns whether it is of this SDK. */
export function instrumentSpeakeasyClient(sdk: SpeakeasySdk, client: object): boolean {
  const watch = (): boolean => {
    const owner = ownerOf(client, '_do');
    const hooks = hooksOf(client);
    if (owner === undefined || hooks === undefined || !sdk.isOwn(client)) return false;
    watchedHooks.add(hooks);
    patchOwner(sdk, owner);
    return true;
  };
  return guarded('instrument-client', watch, false);
}

function patchOwner(sdk: SpeakeasySdk, owner: object): void {
  wrapMethod(owner, '_createRequest', (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const created: unknown = original.apply(this, args);
      guarded('read-request', () => keepPlan(created, args[1]), undefined);
      return created;
    };
  });
  wrapMethod(owner, '_do', (original) => {
    return function (this: object, ...args: unknown[]): unknown {
      const send = guarded('call-start', () => sendOf(sdk, owner, this, original, args), undefined);
      return send === undefined ? original.apply(this, args) : send();
    };
  });
}

function keepPlan(created: unknown, plan: unknown): void {
  const request = asDictionary(created)?.['value'];
  if (request instanceof Request) plans.set(request, asDictionary(plan) ?? {});
}

/** Sends one request and records it; `undefined` for a request that is no call of a model. */
function sendOf(
  sdk: SpeakeasySdk,
  owner: object,
  client: object,
  original: Method,
  [request, ...more]: readonly unknown[],
): (() => Promise<SdkResult>) | undefined {
  if (!(request instanceof Request)) return undefined;
  const hooks = hooksOf(client);
  if (!watchedClasses.has(owner) && (hooks === undefined || !watchedHooks.has(hooks))) {
    return undefined;
  }
  const { path, body: text } = plans.get(request) ?? {};
  if (typeof path !== 'string') return undefined;
  const shape = request.method === 'POST' ? shapeAt(sdk, path) : undefined;
  if (shape === undefined) {
    return sdk.watchAnswer === undefined || !isRecordingCalls()
      ? undefined
      : () => sendWatched(sdk, path, request, () => original.call(client, request, ...more));
  }
  if (hooks !== undefined) watchAttempts(hooks);
  const body = parseBody(text);
  return () =>
    recordExchange<SdkResult>({
      settings: { endpointOf: () => requestEndpoint(sdk, request) },
      shape,
      client,
      body,
      signal: request.signal,
      send: (changed) => {
        const sent =
          changed === body
            ? request
            : new Request(request, { method: 'POST', body: JSON.stringify(changed) });
        return original.call(client, sent, ...more) as Promise<SdkResult>;
      },
      // A rejection would go unhandled in version 1 of mistral, beside the one that the caller sees.
      refuse: (error) => ({ ok: false, error }),
      outcomeOf: ({ ok, value, error }) =>
        ok && value !== undefined ? { response: value } : { error },
    });
}

/** Sends a request that is no call of a model, and looks at its answer. */
async function sendWatched(
  sdk: SpeakeasySdk,
  path: string,
  request: Request,
  send: () => unknown,
): Promise<SdkResult> {
  const asked = { context: context.active(), startedMs: performance.now() };
  const result = (await send()) as SdkResult;
  const { value: response } = result;
  if (result.ok && response instanceof Response) {
    const answer = { ...asked, response, endpoint: requestEndpoint(sdk, request) };
    guarded('batch-results', () => sdk.watchAnswer?.(partsOf(path)[0], answer), undefined);
  }
  return result;
}

function shapeAt(sdk: SpeakeasySdk, written: string): CallShape | undefined {
  return sdk.shapeOf(...partsOf(written));
}

/** Path and operation. Newer versions leave out the first slash. */
function partsOf(written: string): readonly [path: string, operation: string] {
  const [path = '', operation = ''] = written.replace(/^\/?/, '/').split('#');
  return [path, operation];
}

function requestEndpoint({ provider }: SpeakeasySdk, { url }: Request): CallEndpoint {
  const endpoint = endpointOf(url);
  return { ...endpoint, provider: endpoint.provider ?? provider };
}

/** A body of JSON, or the plain fields of a form. */
function parseBody(body: unknown): unknown {
  if (typeof body === 'string') return JSON.parse(body);
  if (!(body instanceof FormData)) return {};
  return Object.fromEntries([...body].filter(([, value]) => typeof value === 'string'));
}

function hooksOf(client: object): object | undefined {
  const hooks = dig(client, ['_options', 'hooks']);
  return typeof hooks === 'object' && hooks !== null ? hooks : undefined;
}

/** `beforeRequest` runs before each attempt, `afterError` after one that was refused. */
function watchAttempts(hooks: object): void {
  watchHook(hooks, 'beforeRequest', countAttempt);
  watchHook(hooks, 'afterError', ([, response]) => {
    const record = currentCall();
    if (record === undefined) return;
    record.attemptUnbilled = isUnbilledStatus(asDictionary(response)?.['status']);
  });
}

function watchHook(hooks: object, name: string, observe: (args: readonly unknown[]) => void): void {
  const owner = ownerOf(hooks, name);
  if (owner === undefined) return;
  wrapMethod(owner, name, (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      guarded('attempt', () => observe(args), undefined);
      return original.apply(this, args);
    };
  });
}

function countAttempt(): void {
  const record = currentCall();
  if (record === undefined) return;
  record.requests = (record.requests ?? 0) + 1;
  if (record.requests > 1) {
    record.call.retries += 1;
    if (!record.attemptUnbilled) record.call.billableAttempts += 1;
  }
  record.attemptUnbilled = false;
}
