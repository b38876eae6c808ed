import { context } from '@opentelemetry/api';
import type { CallRecord } from '../call/call-record.ts';
import { guarded, isSwitchedOff } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import type { Method } from '../patch.ts';
import { observeResult } from '../answer/record-result.ts';
import { rewrittenArguments, rewrittenTarget } from '../call/change-request.ts';
import type { CallShape } from '../call/shape.ts';
import { type CallSettings, silenced, type StartedCall, startCall } from '../call/start-call.ts';

/**
 * Calls `original` on `target` as the caller did and records the call, for SDKs of any build: the
 * result may be a promise, an async generator, a stream or a plain value. Whatever fails on our
 * side, the SDK is called exactly once.
 *
 * A native promise comes back as another one that settles alike, since every reaction of ours to
 * the SDK's own would mark its rejection as handled. Everything else is the SDK's own object.
 *
 * A call that must wait for admission, or is denied, does not reach `original`, and so no retry
 * loop of the SDK's.
 */
export function recordPlainCall(
  settings: CallSettings,
  shape: CallShape,
  client: unknown,
  original: Method,
  target: unknown,
  args: unknown[],
): unknown {
  const observer = currentObserver();
  if (observer === undefined || isSwitchedOff('call-start')) return original.apply(target, args);
  const started = startCall(settings, shape, client, args, observer);
  if (started === undefined) return original.apply(target, args);
  const { record } = started;
  const { gate } = record;
  const call = (): unknown => send(started, settings, client, original, target);
  if (gate === undefined) return watched(call, record);
  return shape.returnsIterable === true
    ? iterateAdmitted(gate, call, record)
    : callAdmitted(gate, call, record);
}

function send(
  { record, runIn, sent, span }: StartedCall,
  settings: CallSettings,
  client: unknown,
  original: Method,
  target: unknown,
): unknown {
  const method = silenced(settings, original, client, span);
  try {
    // What was decided while the call waited is not in the arguments yet.
    const args = guarded('rewrite', () => rewrittenArguments(record, sent), sent);
    const on = guarded('rewrite', () => rewrittenTarget(record, target), target);
    return context.with(runIn, method, on, ...args);
  } catch (error) {
    record.failed(error);
    throw error;
  }
}

function watched(call: () => unknown, record: CallRecord): unknown {
  const result = call();
  const seen = guarded('watch-call', () => ({ result: observeResult(result, record) }), undefined);
  // A call that we fail to watch still ends.
  if (seen === undefined) record.end(record.call.outcome);
  return seen === undefined ? result : seen.result;
}

type Gate = Error | Promise<Error | undefined>;

async function admission(gate: Gate, record: CallRecord): Promise<void> {
  const denial = await gate;
  if (denial === undefined) return;
  record.failed(denial);
  throw denial;
}

async function callAdmitted(gate: Gate, call: () => unknown, record: CallRecord): Promise<unknown> {
  await admission(gate, record);
  return watched(call, record);
}

async function* iterateAdmitted(
  gate: Gate,
  call: () => unknown,
  record: CallRecord,
): AsyncGenerator<unknown, unknown> {
  await admission(gate, record);
  return yield* watched(call, record) as AsyncIterable<unknown>;
}
