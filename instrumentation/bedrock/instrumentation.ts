import { guarded } from '../core/guard.ts';
import { type Method, dig, wrapMethod } from '../core/patch.ts';
import type { LoadedSdk, PatchReport } from '../core/sdk.ts';
import { noteSignal, watchClient } from './middleware.ts';

type Client = Parameters<typeof watchClient>[0];

function isClient(value: unknown): value is Client {
  return (
    typeof dig(value, ['middlewareStack', 'add']) === 'function' &&
    typeof dig(value, ['config']) === 'object'
  );
}

function watchSend(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    guarded('watch-client', () => watchCommand(this, args), undefined);
    return original.apply(this, args);
  };
}

function watchCommand(client: unknown, [command, options]: readonly unknown[]): void {
  if (!isClient(client)) return;
  watchClient(client);
  noteSignal(command, options);
}

/**
 * Puts the middleware on every client when it first sends, whichever class it was made by: all of
 * them reach the `send` of the base client, and its stack is its own from the start.
 */
export function patchBedrock(className: string, loaded: LoadedSdk): PatchReport {
  const patched: string[] = [];
  const notes: string[] = [];
  guarded(
    'patch',
    () => {
      const prototype = dig(loaded.moduleExports, [className, 'prototype']);
      if (typeof prototype !== 'object' || prototype === null) {
        notes.push(`${loaded.packageName} exports no ${className}`);
        return;
      }
      const done = wrapMethod(prototype, 'send', watchSend);
      if (done) patched.push(`${className}.middlewareStack`);
    },
    undefined,
  );
  const { packageName, version, path, format } = loaded;
  return { packageName, version, path, format, patched, notes };
}

/** Watches one client only, if it is of `service`: clients of other AWS services are not of this SDK. */
export function instrumentBedrockClient(service: string, client: object): boolean {
  return guarded(
    'instrument-client',
    () => {
      const serviceId = dig(client, ['config', 'serviceId']);
      if (serviceId !== service || !isClient(client)) return false;
      watchClient(client);
      wrapMethod(client, 'send', watchSend);
      return true;
    },
    false,
  );
}
