import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { convertOpenAiUsage } from '../../providers/usage/openai.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { responses } from '../core/openai-wire/shapes.ts';
import { type SessionCalls, sessionModel, type Verdict } from '../core/session/session-calls.ts';
import { SessionGate } from '../core/session/session-gate.ts';
import type { Sending, SessionMessage, WatchedSession } from '../core/session/watched-session.ts';
import { typeOf } from '../core/session/message.ts';

/** Sound is booked in pieces of so many seconds, as its session may last for hours. */
const PIECE_SECONDS = 60;

/** Sessions that another connection of this process tells of itself. */
const primaries = new Set<string>();

const sound: CallShape = {
  operation: 'chat',
  requestedModel: sessionModel,
  readRequest({ call, attributes }) {
    call.stream = true;
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
  },
  readResponse({ call }, seconds) {
    call.usage = { inputAudioSeconds: Number(seconds) };
  },
};

/** What the session delegates to: its request is what the provider tells of it. */
const delegated: CallShape = { ...responses, outputLimit: () => undefined };

const decision: CallShape = {
  operation: 'chat',
  readRequest: () => undefined,
  readResponse({ call }, value) {
    const body = asDictionary(value);
    const served = { provider: call.provider, model: call.requestModel };
    call.responseId = asString(body?.['id']);
    call.usage = convertOpenAiUsage(body?.['usage'], served);
  },
};

/**
 * A session of OpenAI's Live API: its sound is billed by the second, told as a sum, and what it
 * delegates to other models by their tokens.
 *
 * @see https://platform.openai.com/docs/guides/realtime
 */
export class OpenAiLiveSession implements WatchedSession {
  readonly #calls: SessionCalls;
  readonly #gate: SessionGate;
  /** The session that this connection only attaches to. */
  readonly #attachedTo: string | undefined;
  readonly #current = new Map<string, CallRecord>();
  #id: string | undefined;
  #seconds = 0;
  #bookedSeconds = 0;
  #bookedMs: number = performance.now();

  constructor(calls: SessionCalls, attachedTo: string | undefined) {
    this.#calls = calls;
    this.#attachedTo = attachedTo;
    this.#gate = new SessionGate(calls, sound);
  }

  admitOpening(): Verdict {
    return this.#calls.admitConnection(sound);
  }

  sending(message: SessionMessage): Sending | undefined {
    if (message.includes('session.input_audio.append')) return this.#gate.sending();
    const isStart = message.includes('session.start');
    if (!isStart && !message.includes('response.create')) return undefined;
    const event = message.json();
    if (event?.['type'] === 'session.start') this.#started(asDictionary(event['session']));
    if (event?.['type'] !== 'response.create') return undefined;
    return { verdict: this.#calls.admitConnection(sound), failed: () => undefined };
  }

  #started(session: Dictionary | undefined): void {
    this.#calls.model = asString(session?.['model']) ?? this.#calls.model;
    const id = asString(session?.['id']);
    if (id === undefined || this.#attachedTo !== undefined) return;
    this.#id = id;
    primaries.add(id);
  }

  received(message: SessionMessage): void {
    if (typeOf(message) === 'session.output_audio.delta') return;
    if (this.#attachedTo !== undefined && primaries.has(this.#attachedTo)) return;
    const event = message.json();
    switch (event?.['type']) {
      case 'session.started':
        this.#started(asDictionary(event['session']));
        break;
      case 'session.usage.updated':
        this.#used(event['usage'], PIECE_SECONDS);
        break;
      case 'session.closed':
        this.#used(event['usage'], 0);
        break;
      case 'response.event':
        this.#delegated(asString(event['delegation_id']) ?? '', asDictionary(event['event']) ?? {});
        break;
      case 'decision.event':
        this.#decided(asDictionary(asDictionary(event['event'])?.['decision']));
        break;
      default:
    }
  }

  /** Books the seconds since the last piece, if they come to more than `least`. */
  #used(usage: unknown, least: number): void {
    this.#seconds = Math.max(this.#seconds, asCount(asDictionary(usage)?.['seconds']) ?? 0);
    const more = this.#seconds - this.#bookedSeconds;
    if (more <= 0 || more < least) return;
    this.#calls.begun(sound, {}, this.#bookedMs)?.responded(more);
    this.#bookedSeconds = this.#seconds;
    this.#bookedMs = performance.now();
    this.#gate.begunByProvider();
  }

  /** An event of the Responses API. */
  #delegated(delegation: string, event: Dictionary): void {
    if (event['type'] === 'response.created') {
      this.#current.get(delegation)?.end('aborted');
      const record = this.#calls.begun(delegated, event['response'] ?? {});
      if (record === undefined) return;
      record.accepted = true;
      record.call.stream = true;
      this.#current.set(delegation, record);
    }
    const record = this.#current.get(delegation);
    if (record === undefined) return;
    record.chunk(event);
    if (!record.finished) return;
    this.#current.delete(delegation);
    record.end(record.call.outcome);
  }

  #decided(value: Dictionary | undefined): void {
    if (value !== undefined) this.#calls.begun(decision, value)?.responded(value);
  }

  closed(isClean: boolean): void {
    if (this.#id !== undefined) primaries.delete(this.#id);
    this.#used(undefined, 0);
    for (const record of this.#current.values()) {
      if (!isClean) record.call.errorType = 'connection_closed';
      record.end(isClean ? 'aborted' : 'error');
    }
    this.#current.clear();
  }
}
