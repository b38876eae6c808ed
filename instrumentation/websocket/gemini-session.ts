import {
  ATTR_GEN_AI_CONVERSATION_ID,
  inputTokensOf,
  outputTokensOf,
} from '../../conventions/index.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { brokenOffUsage } from '../../providers/usage/realtime.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import type { CallShape } from '../core/call/shape.ts';
import { estimateTokens, textLength } from '../core/sdk-values.ts';
import type { SessionCalls, Verdict } from '../core/session/session-calls.ts';
import { SessionGate } from '../core/session/session-gate.ts';
import type { Sending, SessionMessage, WatchedSession } from '../core/session/watched-session.ts';
import { type LiveSetup, liveGeneration } from './gemini-shapes.ts';

/** Bytes of the said sound a second, at 24 kHz and 16 bits, and the tokens that this comes to. */
const AUDIO_BYTES_A_SECOND = 48_000;
const AUDIO_TOKENS_A_SECOND = 25;

/** What decides about the course of a generation; other messages only bring more of it. */
const TELLING = [
  'usageMetadata',
  'turnComplete',
  'toolCall"',
  'setupComplete',
  'interrupted',
] as const;

/**
 * A session of the Live API of Gemini or Vertex AI. A turn is a call, told with its usage; one that
 * pauses for tools and tells its usage there goes on as another.
 *
 * @see https://ai.google.dev/api/live
 */
export class GeminiLiveSession implements WatchedSession {
  readonly #calls: SessionCalls;
  readonly #gate: SessionGate;
  readonly #shape: CallShape;
  #setup: LiveSetup = { config: undefined };
  #sessionId: string | undefined;
  #turn: CallRecord | undefined;
  /** What the application asked for while a turn was going on. */
  #next: CallRecord | undefined;
  /** The turn has ended, and its usage is still to come. */
  #isComplete = false;
  /** The turn waits for tools. */
  #isPaused = false;
  #audio = 0;
  #toolTurns = 0;
  #tokens = 0;
  #characters = 0;

  constructor(calls: SessionCalls) {
    this.#calls = calls;
    this.#gate = new SessionGate(calls, liveGeneration);
    this.#shape = {
      ...liveGeneration,
      readRequest: (record, args, client) => {
        liveGeneration.readRequest(record, args, client);
        record.call.conversationDepth = this.#toolTurns + 1;
      },
      requestSize: () => ({
        bytes: this.#tokens + this.#characters,
        attachments: 0,
        refersToStored: false,
        hasTools: false,
        asksForCache: false,
        webSearches: 0,
      }),
    };
  }

  admitOpening(): Verdict {
    return this.#calls.admitConnection(liveGeneration);
  }

  sending(message: SessionMessage): Sending | undefined {
    const { head } = message;
    // Sound and pictures, many times a second.
    if (head.includes('realtimeInput') && !head.includes('"text"')) return this.#gate.sending();
    const body = message.json();
    const setup = asDictionary(body?.['setup']);
    if (setup !== undefined) {
      this.#setUp(setup);
      return undefined;
    }
    const content = asDictionary(body?.['clientContent']);
    const tools = body?.['toolResponse'];
    const text = asDictionary(body?.['realtimeInput'])?.['text'];
    this.#characters += textLength([content, tools, text]);
    // Content without the end of a turn is only kept.
    const asks = content?.['turnComplete'] === true || tools != null || text != null;
    return asks ? this.#asked(tools == null) : undefined;
  }

  #setUp(setup: Dictionary): void {
    this.#calls.model = modelName(setup['model']) ?? this.#calls.model;
    const config = asDictionary(setup['generationConfig']);
    this.#setup = { config };
    this.#characters += textLength([setup['systemInstruction'], setup['tools']]);
  }

  #asked(isByUser: boolean): Sending | undefined {
    const isGoingOn = this.#turn !== undefined && !this.#isComplete;
    if (isGoingOn && !isByUser) {
      // Its usage will come with that of the whole turn.
      this.#isPaused = false;
      return { verdict: this.#calls.admitConnection(this.#shape), failed: () => undefined };
    }
    if (isByUser) this.#toolTurns = 0;
    if (!isGoingOn) this.#closeTurn(true);
    const record = this.#calls.requested(this.#shape, this.#setup);
    if (record === undefined) return undefined;
    if (isGoingOn) {
      this.#next?.end('aborted');
      this.#next = record;
    } else {
      this.#begin(record);
    }
    return {
      verdict: record.gate,
      failed: (error) => {
        if (this.#turn === record) this.#turn = undefined;
        if (this.#next === record) this.#next = undefined;
        record.left = false;
        record.failed(error);
      },
    };
  }

  #begin(record: CallRecord): void {
    this.#turn = record;
    this.#isComplete = false;
    this.#isPaused = false;
    this.#audio = 0;
  }

  received(message: SessionMessage): void {
    if (TELLING.some((word) => message.includes(word))) {
      this.#told(message.json() ?? {});
    } else if (message.head.includes('modelTurn')) {
      this.#more(message);
    }
  }

  /** More sound or text of the answer. */
  #more(message: SessionMessage): void {
    if (this.#isOver()) this.#beginNext();
    const record = this.#turn;
    if (record === undefined) return;
    record.accepted = true;
    const isSound = message.head.includes('inlineData');
    if (isSound) this.#audio += message.length;
    record.chunk(isSound ? undefined : message.json());
  }

  /** A turn begins: the one that was asked for, or one of the provider's own, after speech. */
  #beginNext(): void {
    this.#closeTurn(true);
    const asked = this.#next;
    this.#next = undefined;
    if (asked !== undefined) {
      this.#begin(asked);
      return;
    }
    this.#toolTurns = 0;
    const record = this.#calls.begun(this.#shape, this.#setup);
    if (record !== undefined) this.#begin(record);
    this.#gate.begunByProvider();
  }

  #told(body: Dictionary): void {
    const setUp = asDictionary(body['setupComplete']);
    if (setUp !== undefined) this.#sessionId = asString(setUp['sessionId']);
    const content = asDictionary(body['serverContent']);
    const isComplete = content?.['turnComplete'] === true;
    const calls = asArray(asDictionary(body['toolCall'])?.['functionCalls']) ?? [];
    const hasUsage = asDictionary(body['usageMetadata']) !== undefined;
    const hasMore = content?.['modelTurn'] !== undefined || calls.length > 0;
    if ((hasUsage && this.#turn === undefined) || (hasMore && this.#isOver())) this.#beginNext();
    const record = this.#turn;
    if (record === undefined) return;
    record.accepted = true;
    if (hasMore) record.chunk(body);
    else this.#shape.readResponse(record, body);
    if (content?.['interrupted'] === true) record.call.finishReasons = ['interrupted'];
    if (calls.length > 0) this.#isPaused = true;
    if (isComplete) this.#isComplete = true;
    const isTold = hasUsage || (isComplete && record.call.usage !== undefined);
    if (isTold && (this.#isComplete || this.#isPaused)) this.#closeTurn(true);
  }

  #isOver(): boolean {
    return this.#turn === undefined || this.#isComplete;
  }

  #closeTurn(isClean: boolean): void {
    const record = this.#turn;
    if (record === undefined) return;
    this.#turn = undefined;
    const isOver = this.#isComplete || this.#isPaused;
    this.#isComplete = false;
    this.#isPaused = false;
    const { call } = record;
    if (call.usage === undefined && record.accepted) this.#estimate(record);
    const hasTools = call.toolCalls !== undefined;
    if (hasTools) this.#toolTurns += 1;
    call.finishReasons ??= [isOver ? (hasTools ? 'tool_calls' : 'stop') : 'error'];
    if (this.#sessionId !== undefined) {
      record.attributes[ATTR_GEN_AI_CONVERSATION_ID] = this.#sessionId;
    }
    const { usage } = call;
    if (usage !== undefined) {
      this.#tokens = (inputTokensOf(usage) ?? 0) + (outputTokensOf(usage) ?? 0);
      this.#characters = 0;
    }
    if (isOver) {
      record.end(call.outcome);
    } else {
      if (!isClean) call.errorType = 'connection_closed';
      record.end(isClean ? 'aborted' : 'error');
    }
  }

  #estimate({ call, outputCharacters }: CallRecord): void {
    const seconds = (this.#audio * 3) / 4 / AUDIO_BYTES_A_SECOND;
    call.usage = brokenOffUsage(
      this.#tokens + estimateTokens(this.#characters),
      0,
      estimateTokens(outputCharacters),
      Math.ceil(seconds * AUDIO_TOKENS_A_SECOND),
    );
    call.usageSource = 'estimated';
  }

  closed(isClean: boolean): void {
    this.#closeTurn(isClean);
    this.#next?.end('aborted');
    this.#next = undefined;
  }
}

/** `models/gemini-…`, or Vertex AI's longer path to the same. */
function modelName(value: unknown): string | undefined {
  const path = asString(value);
  return path?.slice(path.lastIndexOf('/') + 1);
}
