import {
  addUsage,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OUTPUT_TYPE,
  countsNothing,
  type TokenUsage,
  usageSince,
} from '../../conventions/index.ts';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { convertSonicDetails } from '../../providers/usage/bedrock.ts';
import { type CallRecord, classifyError } from '../core/call/call-record.ts';
import { toolRequested } from '../core/call/requested-tools.ts';
import type { CallShape } from '../core/call/shape.ts';
import { type SessionCalls, sessionModel, type Verdict } from '../core/session/session-calls.ts';
import { SessionGate } from '../core/session/session-gate.ts';

/** Listening is billed as well: it is booked this often, also while nobody answers. */
const LONGEST_TURN_MS = 60_000;

const turn: CallShape = {
  operation: 'chat',
  requestedModel: sessionModel,
  readRequest({ call, attributes }) {
    call.stream = true;
    attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
  },
  readResponse: () => undefined,
};

/**
 * A conversation with Nova Sonic. Its counts are sums of the whole session, told every moment; what
 * one turn adds to them is a call.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/output-events.html
 */
export class SonicSession {
  readonly #calls: SessionCalls;
  readonly #gate: SessionGate;
  readonly #shape: CallShape;
  #turn: CallRecord | undefined;
  /** Of the session so far. */
  #total: TokenUsage = {};
  /** What is booked of it. */
  #booked: TokenUsage = {};
  #sessionId: string | undefined;
  #toolTurns = 0;
  #isClosed = false;

  constructor(calls: SessionCalls) {
    this.#calls = calls;
    this.#gate = new SessionGate(calls, turn);
    this.#shape = {
      ...turn,
      readRequest: (record, args, client) => {
        turn.readRequest(record, args, client);
        record.call.conversationDepth = this.#toolTurns + 1;
      },
    };
  }

  /** Why nothing more may be sent. */
  get denial(): Error | undefined {
    return this.#gate.denial;
  }

  admitOpening(): Verdict {
    return this.#calls.admitConnection(turn);
  }

  /** One event of the output: JSON in bytes, or an exception of the service. */
  received(output: unknown): void {
    const bytes = asDictionary(asDictionary(output)?.['chunk'])?.['bytes'];
    if (!(bytes instanceof Uint8Array)) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Sound is most of what comes.
    if (text.subarray(0, 64).includes('audioOutput')) {
      this.#current()?.chunk(undefined);
      return;
    }
    const event = asDictionary(asDictionary(JSON.parse(text.toString()))?.['event']);
    if (event !== undefined) this.#event(event);
  }

  #event(event: Dictionary): void {
    const used = asDictionary(event['usageEvent']);
    if (used !== undefined) this.#used(used);
    const tool = asDictionary(event['toolUse']);
    if (tool !== undefined) {
      const call = this.#current()?.call;
      if (call !== undefined) {
        call.toolCalls = (call.toolCalls ?? 0) + 1;
        toolRequested(call, tool['toolName'], tool['content']);
      }
    }
    const ended = asDictionary(event['contentEnd']);
    if (ended !== undefined) this.#contentEnded(ended);
    if (event['completionEnd'] !== undefined) this.#book('end_turn');
  }

  #used(used: Dictionary): void {
    this.#sessionId = asString(used['sessionId']) ?? this.#sessionId;
    const { total, delta } = convertSonicDetails(used);
    this.#total = total ?? addUsage(this.#total, delta);
    if (countsNothing(usageSince(this.#booked, this.#total))) return;
    const record = this.#current();
    const isLong =
      record !== undefined &&
      record.call.chunks === 0 &&
      performance.now() - record.startedMs > LONGEST_TURN_MS;
    if (isLong) this.#book(undefined);
  }

  #contentEnded(content: Dictionary): void {
    const reason = content['stopReason'];
    if (reason === 'INTERRUPTED') {
      const record = this.#turn;
      if (record !== undefined) record.call.outcome = 'aborted';
      this.#book('interrupted');
    } else if (content['type'] === 'TOOL') {
      this.#book('tool_calls');
      this.#toolTurns += 1;
    } else if (content['type'] === 'AUDIO' && reason === 'END_TURN') {
      this.#book('end_turn');
      this.#toolTurns = 0;
    }
  }

  #current(): CallRecord | undefined {
    if (this.#turn === undefined && !this.#isClosed) {
      this.#turn = this.#calls.begun(this.#shape, {});
      if (this.#turn !== undefined) this.#turn.accepted = true;
    }
    return this.#turn;
  }

  /** What has been added since the last turn. Counts that come later belong to the next one. */
  #book(reason: string | undefined): void {
    const record = this.#turn;
    if (record === undefined) return;
    const usage = usageSince(this.#booked, this.#total);
    if (countsNothing(usage) && record.call.chunks === 0) return;
    this.#turn = undefined;
    this.#booked = this.#total;
    const { call } = record;
    call.usage = usage;
    if (reason !== undefined) call.finishReasons = [reason];
    if (this.#sessionId !== undefined) {
      record.attributes[ATTR_GEN_AI_CONVERSATION_ID] = this.#sessionId;
    }
    record.end(call.outcome);
    this.#gate.begunByProvider();
  }

  failed(error: unknown): void {
    this.#end(error);
  }

  closed(): void {
    this.#end(undefined);
  }

  #end(error: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const record = this.#turn;
    if (record === undefined) return;
    if (error !== undefined) {
      const { outcome, errorType } = classifyError(error);
      record.call.outcome = outcome;
      record.call.errorType = errorType;
    }
    this.#book(error === undefined ? undefined : 'error');
    // Nothing was counted of it.
    record.end('aborted');
  }
}
