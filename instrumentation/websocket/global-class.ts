import { subscribe } from 'node:diagnostics_channel';
import { connectionExpected } from '../../conventions/index.ts';
import { guarded } from '../core/guard.ts';
import { type Method, wrapMethod } from '../core/patch.ts';
import { bindSocket, connectionTo, isCleanClose, watchedSocket } from './sockets.ts';
import { asDictionary } from '../../providers/read.ts';
import { sessionAt } from './wires.ts';
import type { WatchedSocket } from './watched-socket.ts';

/** The class of browsers, which Node has as a global one and `undici` exports. */
type SocketClass = typeof WebSocket;

const listened = new WeakSet<object>();
const replaced = new WeakSet<object>();

/** Watches the class that Node has as a global. Never throws. */
export function watchGlobalWebSocket(): void {
  guarded('patch', () => patchSocketClass(globalThis), []);
  // Sockets that were made before, or by a class that is not the global one.
  subscribe('undici:websocket:open', openedElsewhere);
}

/** A subscriber that throws ends the process. */
function openedElsewhere(message: unknown): void {
  guarded(
    'watch-socket',
    () => {
      const socket: unknown = asDictionary(message)?.['websocket'];
      if (socket instanceof EventTarget) watchedOf(socket as WebSocket);
    },
    undefined,
  );
}

/**
 * Takes the request that was the reason to watch anything: where it opens a connection, what goes
 * over that will be watched. Never throws.
 */
export function connectionOpenedBefore(message: unknown): void {
  guarded(
    'watch-socket',
    () => {
      const request = asDictionary(asDictionary(message)?.['request']);
      if (request?.['upgrade'] !== 'websocket') return;
      const address = `${String(request['origin'])}${String(request['path'])}`;
      if (sessionAt(address) !== undefined) connectionExpected(address);
    },
    undefined,
  );
}

/** Puts a watched class in place of `holder.WebSocket`. Returns what was patched. */
function patchSocketClass(holder: object): string[] {
  const original: unknown = Reflect.get(holder, 'WebSocket');
  if (typeof original !== 'function' || replaced.has(original)) return [];
  const patched: string[] = [];
  patched.push(...patchSocketMethods((original as SocketClass).prototype));
  const watching = watchOpening(original as SocketClass);
  replaced.add(watching);
  const own = Reflect.getOwnPropertyDescriptor(holder, 'WebSocket');
  const isReplaced = Reflect.defineProperty(holder, 'WebSocket', {
    value: watching,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  if (isReplaced) patched.push('WebSocket');
  return patched;
}

/** The methods alone, of all sockets or of one. */
function patchSocketMethods(target: object): string[] {
  const patched: string[] = [];
  if (wrapMethod(target, 'send', watchSend)) patched.push('WebSocket.send');
  if (wrapMethod(target, 'close', watchClose)) patched.push('WebSocket.close');
  return patched;
}

/** Watches one socket of this class; false for anything else. */
export function patchSocketInstance(socket: object): boolean {
  if (!(socket instanceof EventTarget) || !('send' in socket) || !('url' in socket)) return false;
  patchSocketMethods(socket);
  // What comes before anything is sent counts as well.
  watchedOf(socket as WebSocket);
  return true;
}

/** The same class to whoever looks; its constructor asks first whether it may. */
function watchOpening(original: SocketClass): SocketClass {
  return new Proxy(original, {
    construct(target, args: unknown[], newTarget) {
      const watched = connectionTo(args[0]);
      const denial = watched?.admitOpening();
      if (denial !== undefined) throw denial;
      if (watched !== undefined) {
        guarded('expect-connection', () => connectionExpected(String(args[0])), undefined);
      }
      const socket = Reflect.construct(target, args, newTarget) as WebSocket;
      guarded('watch-socket', () => watchFrom(socket, watched), undefined);
      return socket;
    },
  });
}

function watchFrom(socket: WebSocket, watched: WatchedSocket | undefined): void {
  bindSocket(socket, watched);
  if (watched === undefined) return;
  listen(socket, watched);
  if (watched.opening !== undefined) void closeIfDenied(socket, watched.opening);
}

async function closeIfDenied(
  socket: WebSocket,
  opening: Promise<Error | undefined>,
): Promise<void> {
  const denial = await opening;
  if (denial === undefined) return;
  fail(socket, denial);
  socket.close();
}

/** Our listeners come first, as nobody else has the socket yet, and take no part in its errors. */
function listen(socket: WebSocket, watched: WatchedSocket): void {
  if (listened.has(socket)) return;
  listened.add(socket);
  socket.addEventListener('message', ({ data }) => {
    watched.received(data);
  });
  socket.addEventListener('close', ({ code }) => {
    watched.closed(isCleanClose(code));
  });
}

function watchedOf(socket: WebSocket): WatchedSocket | undefined {
  const found = watchedSocket(socket, socket.url);
  // One that was opened before we were there.
  if (found !== undefined) listen(socket, found);
  return found;
}

function watchSend(original: Method): Method {
  return function send(this: WebSocket, ...args: unknown[]): unknown {
    const pass = (instead?: string): unknown =>
      original.apply(this, instead === undefined ? args : [instead, ...args.slice(1)]);
    const socket = this.readyState === this.OPEN ? watchedOf(this) : undefined;
    if (socket === undefined) return pass();
    return socket.send(args[0], {
      send: pass,
      refuse: (error) => {
        fail(this, error);
      },
    });
  };
}

function watchClose(original: Method): Method {
  return function close(this: WebSocket, ...args: unknown[]): unknown {
    const pass = (): unknown => original.apply(this, args);
    const socket = this.readyState === this.OPEN ? watchedOf(this) : undefined;
    return socket === undefined ? pass() : socket.close(pass);
  };
}

/** An event like those by which the socket tells of its own errors. */
function fail(socket: WebSocket, error: Error): void {
  socket.dispatchEvent(Object.assign(new Event('error'), { error, message: error.message }));
}
