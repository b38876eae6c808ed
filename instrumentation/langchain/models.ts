import { type Context, context, createContextKey } from '@opentelemetry/api';
import { hearAnswers } from '../core/answer/heard-answer.ts';
import { generatorInside } from '../core/frameworks/generator-inside.ts';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { wrapMethod } from '../core/patch.ts';
import { ToldCall } from '../core/frameworks/told-call.ts';
import { Answer, modelSettings, shapeOf } from './answer.ts';

/** Methods of the base classes by which every call of a model goes, whatever its class. */
const ENTRIES = ['_generateUncached', '_streamIterator', 'streamEvents'] as const;

/** Methods that stream what a model says: its chunks, or the events that are made of them. */
const STREAMS = ['_streamResponseChunks', '_streamChatModelEvents'] as const;

type StreamMethod = (typeof STREAMS)[number];

const watched = new WeakSet<object>();

const ANSWER_KEY = createContextKey('costspan.langchain-answer');

/** Models with a client of their own that has a `fetch`: then the provider itself is heard. */
function hearClient(model: object): void {
  const client: unknown = Reflect.get(model, 'apiClient');
  if (typeof client !== 'object' || client === null) return;
  hearAnswers(client, () => {
    const answer = context.active().getValue(ANSWER_KEY);
    return answer instanceof Answer ? (heard) => (answer.heard = heard) : undefined;
  });
}

/** The context of a call that is told of, in which `answer` hears the provider. */
function insideOf(model: object, told: ToldCall, answer: Answer): Context {
  guarded('hear-answers', () => hearClient(model), undefined);
  return told.context.setValue(ANSWER_KEY, answer);
}

/**
 * Watches the calls that classes of models make by themselves. Most use an SDK that is watched; then
 * the SDK's call is the one that counts, and this one is never told.
 */
export function patchModels(base: object): boolean {
  let patched = false;
  for (const entry of ENTRIES) {
    const done = wrapMethod(
      base,
      entry,
      (original) =>
        function (this: object, ...args: unknown[]): unknown {
          guarded('langchain', () => watchClass(this, base), undefined);
          return original.apply(this, args);
        },
    );
    patched = done || patched;
  }
  return patched;
}

/** A class is met with its first call: what it has of its own is what asks the provider. */
function watchClass(model: object, base: object): void {
  for (
    let owner = Reflect.getPrototypeOf(model);
    owner !== null && owner !== base && !watched.has(owner);
    owner = Reflect.getPrototypeOf(owner)
  ) {
    watched.add(owner);
    if (Object.hasOwn(owner, '_generate')) watchWhole(owner);
    for (const method of STREAMS) if (Object.hasOwn(owner, method)) watchStream(owner, method);
  }
}

function watchWhole(owner: object): void {
  wrapMethod(
    owner,
    '_generate',
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        if (currentObserver() === undefined) return original.apply(this, args);
        const told = guarded('told-call', () => new ToldCall(), undefined);
        if (told === undefined) return original.apply(this, args);
        const heard = new Answer();
        const inside = insideOf(this, told, heard);
        return settle(this, told, args, heard, () =>
          context.with(inside, () => original.apply(this, args) as Promise<unknown>),
        );
      },
  );
}

async function settle(
  model: object,
  told: ToldCall,
  args: readonly unknown[],
  heard: Answer,
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await run();
    told.tell(modelSettings, shapeOf(model), model, args, (record) => {
      record.accepted = true;
      const answer = Answer.ofResult(result);
      answer.heard = heard.heard;
      record.responded(answer);
    });
    return result;
  } catch (error) {
    told.tell(modelSettings, shapeOf(model), model, args, (record) => {
      // An answer that the model could make nothing of has been paid for like any other.
      if (heard.heard?.body !== undefined) record.shape.readResponse(record, heard);
      record.failed(error);
    });
    throw error;
  }
}

function watchStream(owner: object, method: StreamMethod): void {
  const isOfEvents = method === '_streamChatModelEvents';
  wrapMethod(
    owner,
    method,
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        const inner = original.apply(this, args) as AsyncGenerator;
        if (currentObserver() === undefined) return inner;
        return guarded('langchain', () => watchChunks(this, args, inner, isOfEvents), inner);
      },
  );
}

function watchChunks(
  model: object,
  args: readonly unknown[],
  inner: AsyncGenerator,
  isOfEvents: boolean,
): AsyncGenerator {
  let told: ToldCall | undefined;
  const answer = new Answer();
  return generatorInside(inner, {
    start() {
      told = guarded('told-call', () => new ToldCall(), undefined);
      return told && insideOf(model, told, answer);
    },
    value(chunk) {
      if (told?.taken !== false) return;
      guarded(
        'langchain',
        () => (isOfEvents ? answer.addEvent(chunk) : answer.add(chunk)),
        undefined,
      );
    },
    end(end) {
      told?.tell(modelSettings, shapeOf(model), model, args, (record) => {
        record.accepted = answer.chunks > 0;
        record.call.stream = true;
        record.call.chunks = answer.chunks;
        if (answer.firstMs !== undefined) {
          record.call.timeToFirstChunkSeconds = (answer.firstMs - record.startedMs) / 1000;
        }
        record.outputCharacters = answer.characters;
        if (end.how === 'done') {
          record.responded(answer);
          return;
        }
        record.shape.readResponse(record, answer);
        if (end.how === 'left') record.end('aborted');
        else record.failed(end.error);
      });
    },
  });
}
