import type { ClientRequest } from 'node:http';
import { connectionWatched } from '../../conventions/index.ts';
import { guarded } from '../core/guard.ts';
import { defineHidden, type Method, wrapMethod } from '../core/patch.ts';
import { isCleanClose, watchedSocket } from './sockets.ts';
import type { WatchedSocket } from './watched-socket.ts';

const OPEN = 1;

/** What is read of a socket of the package `ws`. */
interface WsSocket {
  readonly readyState: number;
  readonly _isServer?: boolean;
  readonly _url?: unknown;
  emit(event: string, ...args: unknown[]): boolean;
}

/** Sockets that a server got, which are no calls of ours, share the class. */
function watched(socket: WsSocket): WatchedSocket | undefined {
  return socket._isServer === true ? undefined : watchedSocket(socket, socket._url);
}

/**
 * Watches the sockets of one copy of `ws`, which SDKs and frameworks open theirs with. Events are
 * seen on their way to the listeners, so that no listener of ours is among them. Returns what was
 * patched.
 */
export function patchWsPrototype(prototype: object): string[] {
  const patched = patchWsMethods(prototype);
  if (patched.length > 0) {
    onAssignment(prototype, '_url', admitOpening);
    onAssignment(prototype, '_req', holdRequest);
  }
  return patched;
}

/** The methods alone, of all sockets or of one. */
export function patchWsMethods(target: object): string[] {
  const patched: string[] = [];
  const wrap = (name: string, wrapper: (original: Method) => Method): void => {
    if (wrapMethod(target, name, wrapper)) patched.push(`WebSocket.${name}`);
  };
  wrap('emit', watchEmit);
  wrap('send', watchSend);
  wrap('close', watchClose);
  return patched;
}

export function isWsSocket(value: object): boolean {
  return '_url' in value && '_isServer' in value && 'send' in value && 'emit' in value;
}

function watchEmit(original: Method): Method {
  return function emit(this: WsSocket, ...args: unknown[]): unknown {
    const [event, first] = args;
    if (event === 'message') watched(this)?.received(first);
    else if (event === 'close') watched(this)?.closed(isCleanClose(first));
    return original.apply(this, args) as unknown;
  };
}

function watchSend(original: Method): Method {
  return function send(this: WsSocket, ...args: unknown[]): unknown {
    const pass = (instead?: string): unknown =>
      original.apply(this, instead === undefined ? args : [instead, ...args.slice(1)]);
    // Before and after, it is the socket's to say that it cannot.
    const socket = this.readyState === OPEN ? watched(this) : undefined;
    if (socket === undefined) return pass();
    return socket.send(args[0], {
      send: pass,
      refuse: (error) => {
        const callback = args.find((argument) => typeof argument === 'function') as
          | ((error: Error) => void)
          | undefined;
        if (callback === undefined) this.emit('error', error);
        else callback(error);
      },
    });
  };
}

function watchClose(original: Method): Method {
  return function close(this: WsSocket, ...args: unknown[]): unknown {
    const pass = (): unknown => original.apply(this, args);
    const socket = this.readyState === OPEN ? watched(this) : undefined;
    return socket === undefined ? pass() : socket.close(pass);
  };
}

/** Calls `use` when a socket gets its property `name`; the assignment itself is as ever. */
function onAssignment(
  prototype: object,
  name: string,
  use: (socket: WsSocket, value: unknown) => void,
): void {
  if (Object.hasOwn(prototype, name)) return;
  Reflect.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(this: WsSocket, value: unknown) {
      Reflect.defineProperty(this, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
      use(this, value);
    },
  });
}

/**
 * The constructor knows the address and has sent nothing yet: what is decided at once is thrown to
 * its caller, like an address that cannot be.
 */
function admitOpening(socket: WsSocket): void {
  const denial = watched(socket)?.admitOpening();
  if (denial !== undefined) throw denial;
}

/** The request that opens the connection waits for what is decided later. */
function holdRequest(socket: WsSocket, request: unknown): void {
  guarded(
    'hold-request',
    () => {
      const connection = watched(socket);
      if (connection === undefined || typeof request !== 'object' || request === null) return;
      connectionWatched(request);
      withoutOwnBaggage(request as ClientRequest);
      const { opening } = connection;
      if (opening !== undefined) holdEnd(request as ClientRequest, opening);
    },
    undefined,
  );
}

/** What the application's own propagator wrote of ours must not reach a provider. */
function withoutOwnBaggage(request: ClientRequest): void {
  const header = request.getHeader('baggage');
  if (typeof header !== 'string' || !header.includes('costspan')) return;
  const others = header.split(',').filter((member) => !OWN_MEMBER.test(member));
  if (others.length === 0) request.removeHeader('baggage');
  else request.setHeader('baggage', others.join(','));
}

const OWN_MEMBER = /^\s*costspan\.|;\s*costspan\s*(?:[;=]|$)/;

function holdEnd(request: ClientRequest, opening: Promise<Error | undefined>): void {
  const { end } = request;
  const endAdmitted = async (args: unknown[]): Promise<void> => {
    const denial = await opening;
    if (request.destroyed) return;
    if (denial === undefined) Reflect.apply(end, request, args);
    // What `ws` makes an `error` event of.
    else request.destroy(denial);
  };
  defineHidden(request, 'end', (...args: unknown[]): ClientRequest => {
    void endAdmitted(args);
    return request;
  });
}
