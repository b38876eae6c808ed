import { isApiPromise } from '../answer/record-promise.ts';
import { guarded } from '../guard.ts';
import { defineHidden } from '../patch.ts';

/**
 * Learns what an SDK's promise comes to, and gives what the caller should get. The promise of a
 * generated SDK stays what it is: its result is learnt where it is parsed, and where the response is
 * asked for instead. A native promise is followed by one that settles alike, since a reaction of ours
 * to the SDK's own would mark its rejection as handled.
 */
export function onResult(promise: unknown, learn: (result: unknown) => void): unknown {
  const told = (result: unknown): unknown => {
    guarded('batch-results', () => learn(result), undefined);
    return result;
  };
  if (!(promise instanceof Promise)) return promise;
  if (!isApiPromise(promise)) {
    return promise.constructor === Promise ? promise.then(told) : promise;
  }
  const { parseResponse } = promise;
  promise.parseResponse = function (this: unknown, ...args) {
    const parsed = parseResponse.apply(this, args);
    return parsed instanceof Promise ? parsed.then(told) : told(parsed);
  };
  const asResponse: unknown = Reflect.get(promise, 'asResponse');
  if (typeof asResponse === 'function') {
    defineHidden(promise, 'asResponse', () =>
      (asResponse.call(promise) as Promise<unknown>).then(told),
    );
  }
  return promise;
}
