import { guarded } from '../core/guard.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { patchSocketInstance } from './global-class.ts';
import { packages } from './metadata.ts';
import { isWsSocket, patchWsMethods, patchWsPrototype } from './ws-class.ts';

/** The package `ws`, and one socket of any make. */
export const ws: SdkInstrumentation = {
  ...packages[0],
  patch({ moduleExports, packageName, version, path, format }) {
    const prototype = prototypeOf(moduleExports);
    const patched =
      prototype === undefined ? [] : guarded('patch', () => patchWsPrototype(prototype), []);
    const notes = prototype === undefined ? [`${packageName} exports no WebSocket`] : [];
    return { packageName, version, path, format, patched, notes };
  },
  instrumentClient: (client) => guarded('instrument-client', () => watchSocketOf(client), false),
};

function prototypeOf(moduleExports: unknown): object | undefined {
  if (typeof moduleExports !== 'function') return undefined;
  const prototype: unknown = moduleExports.prototype;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

/** A socket, or a client of an SDK that holds one, perhaps inside an adapter. */
function watchSocketOf(client: object): boolean {
  const held: unknown = Reflect.get(client, 'socket');
  const adapted: unknown =
    typeof held === 'object' && held !== null ? Reflect.get(held, 'platformSocket') : undefined;
  for (const socket of [adapted, held, client]) {
    if (typeof socket !== 'object' || socket === null) continue;
    if (isWsSocket(socket)) {
      patchWsMethods(socket);
      return true;
    }
    if (patchSocketInstance(socket)) return true;
  }
  return false;
}
