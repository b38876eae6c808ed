import type { Verdict } from './session-calls.ts';

/** A message, read only as far as it has to be: audio comes by the hundred a second. */
export interface SessionMessage {
  /** Bytes, or characters of a text. */
  readonly length: number;
  /** The beginning, where the type of a message stands. */
  readonly head: string;
  includes(text: string): boolean;
  /** The message as JSON; `undefined` for anything else. */
  json(): Readonly<Record<string, unknown>> | undefined;
}

/** What is about to be sent. */
export interface Sending {
  readonly verdict: Verdict;
  /**
   * How a denial is told. `thrown` to whoever sends, by default; a stream of sound, sent from where
   * nobody expects an error, is dropped instead: `event`, or `silent` where that has been told.
   */
  readonly denial?: 'thrown' | 'event' | 'silent';
  /** What a budget made of the message, once it is admitted; `undefined`: it goes out as it is. */
  rewritten?(): string | undefined;
  /** It did not leave after all. */
  failed(error: unknown): void;
}

/** What one connection says, in the wire format of a provider. */
export interface WatchedSession {
  /** Whether the connection may be opened. */
  admitOpening(): Verdict;
  /** The application is about to send. `undefined`: nothing that anybody bills comes of it. */
  sending(message: SessionMessage): Sending | undefined;
  /** The provider has sent. */
  received(message: SessionMessage): void;
  /** The connection is over; `isClean` when one side has ended it on purpose. */
  closed(isClean: boolean): void;
}
