import type { CallObserver } from '../../conventions/call-observer.ts';

export function fail(): never {
  throw new Error('a failure of our own');
}

export const QUIET: CallObserver = {
  callStarted: (_, parent) => parent,
  admit: () => undefined,
  admitConnection: () => undefined,
  toolStarting: () => undefined,
  batchAnswered: () => undefined,
  batchRead: () => undefined,
  outboundBaggage: () => undefined,
  retrying: () => undefined,
  callEnded: () => undefined,
  internalError: () => undefined,
};

export const BROKEN_OBSERVERS: readonly (readonly [string, Partial<CallObserver>])[] = [
  ['callStarted throws', { callStarted: fail }],
  ['admit throws', { admit: fail }],
  ['admit rejects', { admit: async () => fail() }],
  ['callEnded throws', { callEnded: fail }],
  ['callStarted and internalError throw', { callStarted: fail, internalError: fail }],
  ['all of it throws', { callStarted: fail, admit: fail, callEnded: fail, internalError: fail }],
];
