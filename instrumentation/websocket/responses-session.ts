import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { isUnbilledStatus } from '../core/call/refusal.ts';
import { rewrittenArguments } from '../core/call/change-request.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { responses } from '../core/openai-wire/shapes.ts';
import type { SessionCalls, Verdict } from '../core/session/session-calls.ts';
import type { Sending, SessionMessage, WatchedSession } from '../core/session/watched-session.ts';

/** More answers at once than a connection can have. */
const MOST_OPEN = 256;
/** An event longer than this is a piece of an image or a sound, unless it ends an answer. */
const LONGEST_READ = 65_536;

const shape: CallShape = {
  ...responses,
  readRequest(record, args, client) {
    responses.readRequest(record, args, client);
    // Implied by the connection.
    record.call.stream = true;
  },
};

/** Requests of one lane are answered one after the other; without lanes there is one. */
interface Lane {
  readonly asked: CallRecord[];
  current: CallRecord | undefined;
}

/**
 * The Responses API over a WebSocket: requests and events are those of its HTTP streams.
 *
 * @see https://platform.openai.com/docs/guides/websocket-mode
 */
export class ResponsesSession implements WatchedSession {
  readonly #calls: SessionCalls;
  readonly #lanes = new Map<string, Lane>();

  constructor(calls: SessionCalls) {
    this.#calls = calls;
  }

  admitOpening(): Verdict {
    return this.#calls.admitConnection(shape);
  }

  sending(message: SessionMessage): Sending | undefined {
    if (!message.includes('response.create')) return undefined;
    const event = message.json();
    if (event?.['type'] !== 'response.create') return undefined;
    this.#calls.model = asString(event['model']) ?? this.#calls.model;
    const record = this.#calls.requested(shape, event);
    if (record === undefined) return undefined;
    record.call.requestModel ??= this.#calls.model;
    const name = laneOf(event);
    const lane = this.#lane(name);
    lane.asked.push(record);
    if (lane.asked.length > MOST_OPEN) lane.asked.shift()?.end('aborted');
    return {
      verdict: record.gate,
      rewritten: () => {
        const [sent] = rewrittenArguments(record, [event]);
        return sent === event ? undefined : JSON.stringify(sent);
      },
      failed: (error) => {
        const index = lane.asked.indexOf(record);
        if (index >= 0) lane.asked.splice(index, 1);
        this.#tidy(name, lane);
        record.left = false;
        record.failed(error);
      },
    };
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = { asked: [], current: undefined };
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  /** Lanes are named by the application, which may use a new one for each request. */
  #tidy(name: string, lane: Lane): void {
    if (lane.current === undefined && lane.asked.length === 0) this.#lanes.delete(name);
  }

  received(message: SessionMessage): void {
    const isLong = message.length > LONGEST_READ;
    if (isLong && !/"response\.(?:completed|incomplete|failed)"/.test(message.head)) return;
    const event = message.json();
    const type = asString(event?.['type']);
    if (event === undefined || type === undefined) return;
    const name = laneOf(event);
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    if (type === 'response.created') {
      lane.current?.end('aborted');
      lane.current = lane.asked.shift();
      if (lane.current !== undefined) lane.current.accepted = true;
    }
    if (type === 'error') this.#failed(name, lane, event);
    else this.#read(name, lane, event);
  }

  #read(name: string, lane: Lane, event: Dictionary): void {
    const record = lane.current;
    if (record === undefined) return;
    record.chunk(event);
    if (!record.finished) return;
    lane.current = undefined;
    this.#tidy(name, lane);
    record.end(record.call.outcome);
  }

  #failed(name: string, lane: Lane, event: Dictionary): void {
    const record = lane.current ?? lane.asked.shift();
    lane.current = undefined;
    this.#tidy(name, lane);
    if (record === undefined) return;
    const error = asDictionary(event['error']);
    const { call } = record;
    call.errorType =
      asString(error?.['code']) ?? asString(event['code']) ?? asString(error?.['type']) ?? '_OTHER';
    const status = asCount(event['status']) ?? asCount(event['status_code']);
    call.unbilled = !record.accepted && (status === undefined || isUnbilledStatus(status));
    record.end('error');
  }

  closed(isClean: boolean): void {
    for (const { asked, current } of this.#lanes.values()) {
      if (current !== undefined) {
        if (!isClean) current.call.errorType = 'connection_closed';
        current.end(isClean ? 'aborted' : 'error');
      }
      for (const record of asked) record.end('aborted');
    }
    this.#lanes.clear();
  }
}

function laneOf(event: Dictionary): string {
  return asString(event['stream_id']) ?? '';
}
