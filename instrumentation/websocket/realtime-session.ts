import { inputTokensOf, outputTokensOf } from '../../conventions/index.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { audioTokens, brokenOffUsage } from '../../providers/usage/realtime.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { estimateTokens, lengthOf } from '../core/sdk-values.ts';
import { typeOf } from '../core/session/message.ts';
import type { SessionCalls, Verdict } from '../core/session/session-calls.ts';
import { SessionGate } from '../core/session/session-gate.ts';
import type { Sending, SessionMessage, WatchedSession } from '../core/session/watched-session.ts';
import { RealtimeContext } from './realtime-context.ts';
import { realtimeResponse, realtimeTranscription } from './realtime-shapes.ts';

/** More answers at once than a session can have; what is older has been lost. */
const MOST_OPEN = 64;

/** Ended answers whose end is known again, should it be told twice. */
const REMEMBERED = 64;

/** What is asked for and has not begun. */
interface Asked {
  readonly record: CallRecord;
  readonly eventId: string | undefined;
}

/** An answer that is coming. */
interface Answer {
  readonly record: CallRecord;
  /** Characters of base64. */
  audio: number;
  text: number;
}

/**
 * A session of the Realtime API, of either generation, OpenAI's or Azure's or of whoever speaks it:
 * each answer is a call, and so is each transcript.
 *
 * @see https://platform.openai.com/docs/guides/realtime-websocket
 */
export class RealtimeSession implements WatchedSession {
  readonly #calls: SessionCalls;
  readonly #gate: SessionGate;
  readonly #context = new RealtimeContext();
  readonly #asked: Asked[] = [];
  readonly #open = new Map<string, Answer>();
  readonly #ended = new Set<string>();
  readonly #shape: CallShape;
  #heardMs: number | undefined;

  constructor(calls: SessionCalls) {
    this.#calls = calls;
    this.#gate = new SessionGate(calls, realtimeResponse);
    this.#shape = {
      ...realtimeResponse,
      readRequest: (record, args, client) => {
        realtimeResponse.readRequest(record, args, client);
        record.call.conversationDepth = this.#context.toolTurns + 1;
      },
      requestSize: (args) => this.#context.sizeWith(args[0]),
    };
  }

  admitOpening(): Verdict {
    return this.#calls.admitConnection(realtimeResponse);
  }

  sending(message: SessionMessage): Sending | undefined {
    if (message.includes('"input_audio_buffer.')) {
      this.#context.heard(message.length);
      return this.#gate.sending();
    }
    if (!message.includes('response.create')) return undefined;
    const event = message.json();
    if (event?.['type'] !== 'response.create') return undefined;
    return this.#requested(event);
  }

  #requested(event: Dictionary): Sending | undefined {
    const record = this.#calls.requested(this.#shape, event['response'] ?? {});
    if (record === undefined) return undefined;
    const asked: Asked = { record, eventId: asString(event['event_id']) };
    this.#asked.push(asked);
    if (this.#asked.length > MOST_OPEN) this.#asked.shift()?.record.end('aborted');
    return {
      verdict: record.gate,
      failed: (error) => {
        this.#forget(asked);
        record.left = false;
        record.failed(error);
      },
    };
  }

  #forget(asked: Asked): void {
    const index = this.#asked.indexOf(asked);
    if (index >= 0) this.#asked.splice(index, 1);
  }

  received(message: SessionMessage): void {
    const type = typeOf(message);
    if (type?.endsWith('.delta') === true) this.#delta(type, message);
    else this.#event(message.json());
  }

  #event(event: Dictionary | undefined): void {
    switch (event?.['type']) {
      case 'session.created':
      case 'session.updated':
      case 'transcription_session.created':
      case 'transcription_session.updated':
        this.#configured(asDictionary(event['session']));
        break;
      case 'conversation.item.created':
      case 'conversation.item.added':
        this.#context.added(asDictionary(event['item']) ?? {});
        break;
      case 'input_audio_buffer.speech_started':
        this.#context.toolTurns = 0;
        break;
      case 'input_audio_buffer.committed':
        this.#heardMs = performance.now();
        break;
      case 'response.created':
        this.#began(asDictionary(event['response']) ?? {});
        break;
      case 'response.done':
        this.#done(asDictionary(event['response']) ?? {});
        break;
      case 'conversation.item.input_audio_transcription.completed':
        this.#transcribed(event);
        break;
      case 'error':
        this.#refused(asDictionary(event['error']) ?? {});
        break;
      default:
    }
  }

  #configured(session: Dictionary | undefined): void {
    if (session === undefined) return;
    this.#calls.model = asString(session['model']) ?? this.#calls.model;
    this.#context.configured(session);
  }

  #began(response: Dictionary): void {
    const id = asString(response['id']);
    if (id === undefined || this.#open.has(id)) return;
    const record = this.#asked.shift()?.record ?? this.#begun();
    if (record === undefined) return;
    record.accepted = true;
    record.call.responseId = id;
    record.call.responseModel = this.#calls.model;
    this.#open.set(id, { record, audio: 0, text: 0 });
    if (this.#open.size > MOST_OPEN) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#breakOff(oldest, true);
    }
  }

  /** One that nobody here has asked for: the provider's own, after speech. */
  #begun(): CallRecord | undefined {
    const record = this.#calls.begun(this.#shape, {}, this.#heardMs);
    this.#gate.begunByProvider();
    return record;
  }

  #delta(type: string, message: SessionMessage): void {
    const id = /"response_id"\s*:\s*"([^"]+)"/.exec(message.head)?.[1];
    const [first] = this.#open.values();
    const answer = id === undefined ? first : this.#open.get(id);
    if (answer === undefined) return;
    answer.record.chunk(message);
    if (/\.(?:output_)?audio\.delta$/.test(type)) answer.audio += message.length;
    else if (!type.includes('transcript')) answer.text += lengthOf(message.json()?.['delta']);
  }

  #done(response: Dictionary): void {
    const id = asString(response['id']) ?? '';
    if (this.#ended.has(id)) return;
    if (!this.#open.has(id)) this.#began(response);
    const answer = this.#open.get(id);
    if (answer === undefined) return;
    this.#open.delete(id);
    this.#remember(id);
    const { record } = answer;
    // Others that speak this wire may count nothing; what failed uncounted has come to nothing.
    if (response['usage'] == null && response['status'] !== 'failed') this.#estimate(answer);
    record.responded(response);
    const { usage, toolCalls } = record.call;
    const tokens =
      usage === undefined ? 0 : (inputTokensOf(usage) ?? 0) + (outputTokensOf(usage) ?? 0);
    this.#context.answered(tokens, toolCalls !== undefined);
  }

  #remember(id: string): void {
    const [oldest] = this.#ended;
    if (this.#ended.size >= REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
    this.#ended.add(id);
  }

  #transcribed(event: Dictionary): void {
    if (event['usage'] == null) return;
    const model = this.#context.transcriptionModel ?? this.#calls.model;
    const record = this.#calls.begun(realtimeTranscription, { model }, this.#heardMs);
    record?.responded(event);
  }

  /** The provider did not take an event, perhaps one that asked for an answer. */
  #refused(error: Dictionary): void {
    const code = asString(error['code']) ?? asString(error['type']) ?? '_OTHER';
    const eventId = asString(error['event_id']);
    const asked =
      eventId === undefined
        ? REFUSALS.has(code)
          ? this.#asked[0]
          : undefined
        : this.#asked.find((each) => each.eventId === eventId);
    if (asked === undefined) return;
    this.#forget(asked);
    const { call } = asked.record;
    call.unbilled = true;
    call.errorType = code;
    asked.record.end('error');
  }

  closed(isClean: boolean): void {
    for (const { record } of this.#asked.splice(0)) record.end('aborted');
    for (const id of this.#open.keys()) this.#breakOff(id, isClean);
  }

  #estimate({ record: { call }, text, audio }: Answer): void {
    const context = this.#context;
    call.usage = brokenOffUsage(
      context.textTokens,
      context.audioTokens,
      estimateTokens(text),
      audioTokens(audio, context.outputFormat, 'out'),
    );
    call.usageSource = 'estimated';
  }

  /** The rest of an answer will not come; what had come is billed all the same. */
  #breakOff(id: string, isClean: boolean): void {
    const answer = this.#open.get(id);
    if (answer === undefined) return;
    this.#open.delete(id);
    const { record } = answer;
    const { call } = record;
    this.#estimate(answer);
    call.finishReasons = ['error'];
    if (!isClean) call.errorType = 'connection_closed';
    record.end(isClean ? 'aborted' : 'error');
  }
}

/** Refusals of `response.create` that name no event. */
const REFUSALS: ReadonlySet<string> = new Set([
  'conversation_already_has_active_response',
  'insufficient_quota',
  'rate_limit_exceeded',
]);
