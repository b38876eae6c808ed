import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { type Method, wrapMethod } from '../patch.ts';
import { asDictionary } from '../../../providers/read.ts';
import { currentCall } from '../call/record-call.ts';
import { isUnbilledError, isUnbilledStatus } from '../call/refusal.ts';
import { rewrittenBody } from '../call/change-request.ts';

/**
 * Watches the attempts of the generated SDKs. `prepareOptions` runs before each and outside the
 * retry loop's `catch`: what it throws reaches the caller through the SDK's own promise and is never
 * retried. `retryRequest` runs once a retry, `fetchWithTimeout` once for what really leaves.
 *
 * @param scope of one `client` only `prepareOptions` and `retryRequest` are replaced: openai 7
 *   compares its `fetchWithTimeout` with that of the class.
 */
export function watchAttempts(
  ownerOfMethod: (name: string) => object | undefined,
  scope: 'class' | 'client',
): void {
  const wrap = (name: string, wrapper: (original: Method) => Method): boolean => {
    const owner = ownerOfMethod(name);
    return owner !== undefined && wrapMethod(owner, name, wrapper);
  };
  const seesSending = scope === 'class' && wrap('fetchWithTimeout', watchSending);
  wrap('prepareOptions', (original) => gateAttempt(original, seesSending));
  wrap('retryRequest', countRetry);
}

function gateAttempt(original: Method, seesSending: boolean): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const record = guarded('gate', currentCall, undefined);
    if (record !== undefined && seesSending) record.left ??= false;
    if (record === undefined) return original.apply(this, args);
    const stop = record.call.retries > 0 ? record.retrying() : undefined;
    if (stop !== undefined) return Promise.reject(stop);
    if (record.gate === undefined) return original.apply(this, args);
    return admitted(record, args[0], () => original.apply(this, args));
  };
}

async function admitted(
  record: CallRecord,
  options: unknown,
  proceed: () => unknown,
): Promise<unknown> {
  const waited = record.gate instanceof Promise;
  const denial = await record.gate;
  if (denial !== undefined) {
    record.gate = denial;
    throw denial;
  }
  // What was decided at once is in the body already.
  if (waited) guarded('rewrite', () => rewriteOptions(record, options), undefined);
  return proceed();
}

function rewriteOptions(record: CallRecord, options: unknown): void {
  const body = asDictionary(options)?.['body'];
  const rewritten = rewrittenBody(record, body);
  if (rewritten !== body) Reflect.set(options as object, 'body', rewritten);
}

function watchSending(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const sent: unknown = original.apply(this, args);
    guarded(
      'attempt',
      () => {
        const record = currentCall();
        if (record !== undefined) watchAttempt(record, sent);
      },
      undefined,
    );
    return sent;
  };
}

/** The SDK waits for the same promise, so its rejection is handled; here only the facts are noted. */
function watchAttempt(record: CallRecord, sent: unknown): void {
  record.left = true;
  record.attemptUnbilled = false;
  if (!(sent instanceof Promise)) return;
  const answered = (response: unknown): void => {
    record.attemptUnbilled = isUnbilledStatus(asDictionary(response)?.['status']);
  };
  const failed = (error: unknown): void => {
    record.attemptUnbilled = isUnbilledError(error);
  };
  sent.then(answered, failed);
}

function countRetry(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    guarded(
      'retry',
      () => {
        const record = currentCall();
        if (record === undefined) return;
        record.call.retries += 1;
        if (record.left !== false && !record.attemptUnbilled) record.call.billableAttempts += 1;
      },
      undefined,
    );
    return original.apply(this, args);
  };
}
