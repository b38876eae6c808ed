import { endpointOf } from '../core/call/endpoint.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { CallSettings } from '../core/call/start-call.ts';
import { jobEnded } from '../core/job/jobs.ts';
import { type Method, wrapMethod } from '../core/patch.ts';
import { recordPlainCall } from '../core/plain/record-plain-call.ts';
import { asSignal } from '../core/sdk-values.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import { PROVIDER, modelAt, readAnswer, run, submit } from './shapes.ts';

const SETTINGS: CallSettings = {
  endpointOf: () => ({ ...endpointOf('https://fal.run'), provider: PROVIDER }),
};

/** The same requests as an application makes them: by the model's name and what it is to be told. */
function asCalled(shape: CallShape): CallShape {
  const { prepare: _, ...rest } = shape;
  return {
    ...rest,
    requestedModel: ([endpoint]) => modelAt(asString(endpoint) ?? ''),
    readRequest(record, [, options]) {
      record.requests = 0;
      const signal = asSignal(asDictionary(options)?.['abortSignal']);
      if (signal !== undefined) record.signal = signal;
    },
    sentFields: ([, options]) => asDictionary(options)?.['input'],
  };
}

function watched(shape: CallShape): (original: Method) => Method {
  const called = asCalled(shape);
  return (original) =>
    function (this: unknown, ...args: unknown[]): unknown {
      return recordPlainCall(SETTINGS, called, this, original, this, args);
    };
}

/** Whoever asks for a result has seen the end of its request. */
function seesResult(original: Method): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const answer = original.apply(this, args) as Promise<unknown>;
    const id = asString(asDictionary(args[1])?.['requestId']);
    if (id === undefined) return answer;
    return answer.then((value) => {
      jobEnded(PROVIDER, id, (record) => readAnswer(record, value, undefined));
      return value;
    });
  };
}

/**
 * Watches one client, whose methods do not tell the headers with what the provider counted: images
 * are counted in the answer. `subscribe` asks its queue.
 */
export function watchClient(client: object): boolean {
  const queue: unknown = Reflect.get(client, 'queue');
  if (typeof queue !== 'object' || queue === null) return false;
  if (!('submit' in queue && 'run' in client && 'subscribe' in client)) return false;
  wrapMethod(client, 'run', watched(run));
  wrapMethod(queue, 'submit', watched(submit));
  wrapMethod(queue, 'result', seesResult);
  return true;
}
