import type { CallRecord } from '../call/call-record.ts';
import { guarded } from '../guard.ts';
import { type Method, isWrapped, wrapMethod } from '../patch.ts';
import { asDictionary, asString } from '../../../providers/read.ts';
import { currentCall } from '../call/record-call.ts';

/** What servers answer to a field that they do not know. */
const REFUSALS: ReadonlySet<unknown> = new Set([400, 422]);

/**
 * Lets a generated SDK send a request once more without what we added to it, where a server refuses
 * that. `makeRequest` makes one attempt and whatever retries follow it, and all that the caller gets
 * comes of its promise: he sees the second answer alone, and the SDK's retries, signal, timeout and
 * headers are those of a first attempt. `makeStatusError` is where the SDK hands on all of a refusal.
 */
export function watchRefusedAdditions(ownerOfMethod: (name: string) => object | undefined): void {
  const noting = ownerOfMethod('makeStatusError');
  const making = ownerOfMethod('makeRequest');
  if (noting === undefined || making === undefined) return;
  if (wrapMethod(noting, 'makeStatusError', noteRefusal)) {
    wrapMethod(making, 'makeRequest', sendAgainWithout);
  }
}

/** Whether a request of this client can be sent again: else nothing may be added to it. */
export function canSendAgain(client: unknown): boolean {
  return typeof client === 'object' && client !== null && isWrapped(client, 'makeRequest');
}

function noteRefusal(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    guarded('refused-addition', () => readRefusal(currentCall(), args), undefined);
    return original.apply(this, args);
  };
}

function readRefusal(
  record: CallRecord | undefined,
  [status, body, message]: readonly unknown[],
): void {
  if (record?.addition === undefined || !REFUSALS.has(status)) return;
  const text = `${JSON.stringify(body) ?? ''} ${asString(message) ?? ''}`;
  record.additionRefused = record.addition.isNamedIn(text);
}

function sendAgainWithout(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const made: unknown = original.apply(this, args);
    const record = guarded('refused-addition', currentCall, undefined);
    if (record?.addition === undefined || !(made instanceof Promise)) return made;
    return made.catch(async (error: unknown) => {
      const { addition } = record;
      if (addition === undefined || !record.additionRefused) throw error;
      // Once only, whatever comes of it.
      record.addition = undefined;
      const options: unknown = await args[0];
      const body = asDictionary(options)?.['body'];
      if (!guarded('refused-addition', () => addition.takeBack(body), false)) throw error;
      const answer: unknown = await original.apply(this, args);
      guarded('refused-addition', () => addition.isUnwelcome(), undefined);
      return answer;
    });
  };
}
