import { AsyncLocalStorage } from 'node:async_hooks';
import { context } from '@opentelemetry/api';
import { callOf } from './call-context.ts';
import type { CallRecord } from './call-record.ts';
import { guarded, isSwitchedOff } from '../guard.ts';
import { currentObserver } from '../observer.ts';
import type { Method } from '../patch.ts';
import { observeResult } from '../answer/record-result.ts';
import type { CallShape } from './shape.ts';
import { type CallSettings, silenced, startCall } from './start-call.ts';

/**
 * Carries a call whose attempts we may have to change, by an admission to wait for or something
 * added to the request, also where no context manager is registered.
 */
const changedCalls = new AsyncLocalStorage<CallRecord>();

/** Whether calls are recorded now. */
export function isRecordingCalls(): boolean {
  return currentObserver() !== undefined && !isSwitchedOff('call-start');
}

/**
 * Calls `original` of a generated SDK on `target` as the caller did and records the call. Whatever
 * fails on our side, the SDK is called exactly once and its result is returned untouched; but
 * another instrumentation that wrapped the method before us may hand on something else, see
 * `observeResult`. A denial is thrown where such an SDK prepares an attempt; for other SDKs see `recordPlainCall`.
 */
export function recordCall(
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
  const { record, runIn, sent, span } = started;
  const send = silenced(settings, original, client, span);
  let result: unknown;
  try {
    result =
      record.gate === undefined && record.addition === undefined
        ? context.with(runIn, send, target, ...sent)
        : changedCalls.run(record, () => context.with(runIn, send, target, ...sent));
  } catch (error) {
    record.failed(error);
    throw error;
  }
  return guarded('watch-promise', () => observeResult(result, record), result);
}

/** The record of the SDK call that the running code belongs to. */
export function currentCall(): CallRecord | undefined {
  return callOf(context.active()) ?? changedCalls.getStore();
}
