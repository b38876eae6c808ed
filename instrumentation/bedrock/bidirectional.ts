import { context } from '@opentelemetry/api';
import { type Dictionary, asDictionary, asString } from '../../providers/read.ts';
import { TOLD_CALL_KEY, type ToldMark } from '../core/frameworks/told-mark.ts';
import { guarded } from '../core/guard.ts';
import { isRecordingCalls } from '../core/call/record-call.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import { defineHidden } from '../core/patch.ts';
import { SessionCalls } from '../core/session/session-calls.ts';
import { SonicSession } from './sonic-session.ts';

export const BIDIRECTIONAL_COMMAND = 'InvokeModelWithBidirectionalStreamCommand';

interface Arguments {
  readonly input: Dictionary;
}

type Handler = (args: Arguments) => Promise<unknown>;

/**
 * A stream that goes both ways for as long as a conversation: its turns are the calls. What is
 * configured to stop calls ends it: no more is sent, and who reads it gets the typed error.
 */
export async function openBidirectional(
  endpoint: CallEndpoint,
  next: Handler,
  args: Arguments,
): Promise<unknown> {
  if (!isRecordingCalls()) return next(args);
  const model = asString(args.input['modelId']);
  const session = new SonicSession(new SessionCalls(endpoint, model));
  const denial = await session.admitOpening();
  if (denial !== undefined) throw denial;
  const input = guarded('watch-stream', () => heldInput(args.input, session), args.input);
  const mark: ToldMark = { taken: false, outer: undefined };
  const inside = context.active().setValue(TOLD_CALL_KEY, mark);
  try {
    const output = await context.with(inside, next, undefined, { ...args, input });
    guarded('watch-stream', () => watchOutput(output, session), undefined);
    return output;
  } catch (error) {
    session.failed(error);
    throw error;
  }
}

/** What the application sends, until it may send no more. */
function heldInput(input: Dictionary, session: SonicSession): Dictionary {
  const { body } = input;
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return input;
  const source = body as AsyncIterable<unknown>;
  async function* held(): AsyncGenerator {
    for await (const event of source) {
      if (session.denial !== undefined) return;
      yield event;
    }
  }
  return { ...input, body: held() };
}

/** Reads what comes as it is read; the stream stays the SDK's own. */
function watchOutput(output: unknown, session: SonicSession): void {
  const body: unknown = asDictionary(asDictionary(output)?.['output'])?.['body'];
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) {
    session.closed();
    return;
  }
  const stream = body as AsyncIterable<unknown>;
  const make = stream[Symbol.asyncIterator];
  defineHidden(stream, Symbol.asyncIterator, () => {
    const events = make.call(stream);
    guarded('watch-stream', () => watchEvents(events, session), undefined);
    return events;
  });
}

function watchEvents(events: AsyncIterator<unknown>, session: SonicSession): void {
  const { next, return: leave } = events;
  defineHidden(events, 'next', async (...args: [] | [unknown]) => {
    if (session.denial !== undefined) {
      session.closed();
      await leave?.call(events);
      throw session.denial;
    }
    try {
      const result = await next.apply(events, args as []);
      if (result.done === true) session.closed();
      else guarded('read-chunk', () => session.received(result.value), undefined);
      return result;
    } catch (error) {
      session.failed(error);
      throw error;
    }
  });
  if (leave === undefined) return;
  defineHidden(events, 'return', async (value?: unknown) => {
    session.closed();
    return leave.call(events, value);
  });
}
