import { context } from '@opentelemetry/api';
import type { CallRecord } from '../call/call-record.ts';
import { guarded, isSwitchedOff } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import { asNumber } from '../../../providers/read.ts';
import { observeRawResponse } from './record-response.ts';
import { isUnbilledStatus } from '../call/refusal.ts';
import { rewrittenArguments } from '../call/change-request.ts';
import type { CallShape } from '../call/shape.ts';
import { type CallSettings, type StartedCall, startCall } from '../call/start-call.ts';

/** One request of an SDK, caught where it is sent and its answer is not parsed yet. */
export interface Exchange<Answer> {
  readonly settings: CallSettings;
  readonly shape: CallShape;
  /** Handed to `settings.endpointOf`. */
  readonly client: unknown;
  /** The request as it goes over the wire, parsed. */
  readonly body: unknown;
  /** By which the caller may end the call. */
  readonly signal?: AbortSignal | undefined;
  /** Sends the request; with `body` in place of its own where a budget has changed it. */
  send(body: unknown): Promise<Answer>;
  /** What the SDK is told in place of an answer when the call is not admitted; may throw. */
  refuse(denial: Error): Answer;
  /** The response within an answer, or the error in its place. */
  outcomeOf(answer: Answer): { readonly response: Response } | { readonly error: unknown };
}

/**
 * Records one exchange, for SDKs whose methods cannot be reached or hand on less than the wire says.
 * The SDK gets the very answer; its body is read along as the SDK reads it.
 *
 * Whether the SDK then likes the answer is not seen: what the provider did is what is booked.
 */
export async function recordExchange<Answer>(exchange: Exchange<Answer>): Promise<Answer> {
  const { settings, shape, client, body } = exchange;
  const observer = currentObserver();
  if (observer === undefined || isSwitchedOff('call-start')) return exchange.send(body);
  const started = startCall(settings, shape, client, [body], observer);
  if (started === undefined) return exchange.send(body);
  const { record } = started;
  record.signal = exchange.signal;
  const denial = await record.gate;
  if (denial !== undefined) {
    record.failed(denial);
    return exchange.refuse(denial);
  }
  const answer = await sendWithin(started, exchange);
  guarded('watch-response', () => observeAnswer(exchange.outcomeOf(answer), record), undefined);
  return answer;
}

async function sendWithin<Answer>(
  { record, runIn, sent }: StartedCall,
  { body, send }: Exchange<Answer>,
): Promise<Answer> {
  // What was decided while the call waited is not in the body yet.
  const [changed] = guarded('rewrite', () => rewrittenArguments(record, sent), [body]);
  try {
    return await context.with(runIn, send, undefined, changed);
  } catch (error) {
    record.failed(error);
    throw error;
  }
}

function observeAnswer(
  outcome: ReturnType<Exchange<unknown>['outcomeOf']>,
  record: CallRecord,
): void {
  if ('error' in outcome) {
    record.failed(outcome.error);
    return;
  }
  const { response } = outcome;
  const status = asNumber(response.status) ?? 200;
  if (status >= 400) {
    record.call.errorType = `${status}`;
    record.call.unbilled = isUnbilledStatus(status);
    record.end('error');
    return;
  }
  record.accepted = true;
  observeRawResponse(response, record);
}
