import { guarded } from '../core/guard.ts';
import { isRecordingCalls } from '../core/call/record-call.ts';
import { WatchedSocket } from './watched-socket.ts';
import { sessionAt } from './wires.ts';

/** `null`: nothing of it is watched. */
const sockets = new WeakMap<object, WatchedSocket | null>();

/** What there is to watch of a connection to `address`, which is opened in the active context. */
export function connectionTo(address: unknown): WatchedSocket | undefined {
  if (!isRecordingCalls()) return undefined;
  const session = guarded('watch-socket', () => sessionAt(String(address)), undefined);
  return session === undefined ? undefined : new WatchedSocket(session);
}

/** `socket` is the connection that `watched` belongs to. */
export function bindSocket(socket: object, watched: WatchedSocket | undefined): void {
  sockets.set(socket, watched ?? null);
}

/** What is watched of `socket`, which goes to `address`; looked at once. */
export function watchedSocket(socket: object, address: unknown): WatchedSocket | undefined {
  const known = sockets.get(socket);
  if (known !== undefined) return known ?? undefined;
  if (typeof address !== 'string' || !isRecordingCalls()) return undefined;
  const watched = connectionTo(address);
  bindSocket(socket, watched);
  return watched;
}

/** Codes of a connection that one side ended on purpose: done, going away, no code at all. */
const CLEAN: ReadonlySet<unknown> = new Set([1000, 1001, 1005]);

export function isCleanClose(code: unknown): boolean {
  return CLEAN.has(code);
}
