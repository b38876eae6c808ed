import process from 'node:process';
import { guarded, reportFailure } from '../core/guard.ts';
import { messageOf } from '../core/session/message.ts';
import type { Verdict } from '../core/session/session-calls.ts';
import type { Sending, WatchedSession } from '../core/session/watched-session.ts';

/** What is done to a message in the end: sent, or refused with an error. */
interface Delivery {
  /** @param instead What to send in its place. */
  send(instead?: string): unknown;
  refuse(error: Error): void;
}

/**
 * One connection and its session. Whatever is sent goes out as it is and in its order; only a message
 * that asks for an answer may have to wait for its admission, and then what comes after it waits too.
 */
export class WatchedSocket {
  readonly session: WatchedSession;
  /** Of the opening, as long as it is not decided. */
  opening: Promise<Error | undefined> | undefined;
  /** What waits for an admission; the last one settles when all of it is out. */
  #queue: Promise<void> | undefined;
  #isClosed = false;
  /** The connection was not to be opened. */
  #denial: Error | undefined;

  constructor(session: WatchedSession) {
    this.session = session;
  }

  /** Whether the connection may be opened: the error to refuse it with, if that is known by now. */
  admitOpening(): Error | undefined {
    const verdict: Verdict = guarded(
      'admit-connection',
      () => this.session.admitOpening(),
      undefined,
    );
    if (!(verdict instanceof Promise)) return verdict;
    const opening = verdict.catch(() => undefined);
    this.opening = opening;
    this.#enqueue(async () => {
      this.#denial = await opening;
    });
    return undefined;
  }

  /** Sends `data`, at once or in its turn. Throws what the admission says, where it says so at once. */
  send(data: unknown, delivery: Delivery): unknown {
    const sending = guarded('session-send', () => this.#sending(data), undefined);
    const verdict = sending?.verdict;
    if (this.#queue !== undefined || verdict instanceof Promise) {
      this.#enqueue(async () => {
        this.#deliverLate(this.#denial ?? (await verdict), sending, delivery);
      });
      return undefined;
    }
    if (verdict === undefined) return delivered(delivery, sending);
    sending?.failed(verdict);
    if (sending?.denial === undefined || sending.denial === 'thrown') throw verdict;
    if (sending.denial === 'event') refuseLater(delivery, verdict);
    return undefined;
  }

  #deliverLate(denial: Error | undefined, sending: Sending | undefined, delivery: Delivery): void {
    if (denial !== undefined) {
      sending?.failed(denial);
      if (sending?.denial !== 'silent') refuseLater(delivery, denial);
      return;
    }
    if (this.#isClosed) sending?.failed(new Error('The connection is closed.'));
    try {
      // The socket says for itself that it is closed.
      delivery.send(rewritten(sending));
    } catch (error) {
      sending?.failed(error);
      refuseLater(delivery, error as Error);
    }
  }

  /** Runs `close` once everything that was sent before is out. */
  close(close: () => unknown): unknown {
    if (this.#queue === undefined) return close();
    this.#enqueue(close);
    return undefined;
  }

  #sending(data: unknown): Sending | undefined {
    const message = messageOf(data);
    return message === undefined ? undefined : this.session.sending(message);
  }

  #enqueue(step: () => unknown): void {
    const queue = this.#after(this.#queue, step);
    this.#queue = queue;
    void this.#cleared(queue);
  }

  async #after(before: Promise<void> | undefined, step: () => unknown): Promise<void> {
    try {
      await before;
      await step();
    } catch (error) {
      reportFailure('session-queue', error);
    }
  }

  async #cleared(queue: Promise<void>): Promise<void> {
    await queue;
    if (this.#queue === queue) this.#queue = undefined;
  }

  received(data: unknown): void {
    guarded(
      'session-message',
      () => {
        const message = messageOf(data);
        if (message !== undefined) this.session.received(message);
        // In a browser's kind of socket bytes come in a Blob, which is read later.
        else if (data instanceof Blob) void this.#receivedLater(data);
      },
      undefined,
    );
  }

  async #receivedLater(data: Blob): Promise<void> {
    this.received(await data.arrayBuffer());
  }

  closed(isClean: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    guarded('session-close', () => this.session.closed(isClean), undefined);
  }
}

function rewritten(sending: Sending | undefined): string | undefined {
  return guarded('rewrite', () => sending?.rewritten?.(), undefined);
}

function delivered(delivery: Delivery, sending: Sending | undefined): unknown {
  try {
    return delivery.send(rewritten(sending));
  } catch (error) {
    sending?.failed(error);
    throw error;
  }
}

/** In a turn of its own: an error that nobody listens for ends the process, as ever. */
function refuseLater(delivery: Delivery, error: Error): void {
  process.nextTick(() => {
    delivery.refuse(error);
  });
}
