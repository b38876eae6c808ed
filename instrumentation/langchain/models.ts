import { context } from '@opentelemetry/api';
import { generatorInside } from '../core/frameworks/generator-inside.ts';
import { guarded } from '../core/guard.ts';
import { currentObserver } from '../core/observer.ts';
import { wrapMethod } from '../core/patch.ts';
import { ToldCall } from '../core/frameworks/told-call.ts';
import { Answer, modelSettings, shapeOf } from './answer.ts';

/** Methods of the base classes by which every call of a model goes, whatever its class. */
const ENTRIES = ['_generateUncached', '_streamIterator'] as const;

const watched = new WeakSet<object>();

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
    if (Object.hasOwn(owner, '_streamResponseChunks')) watchStream(owner);
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
        return settle(this, told, args, () =>
          context.with(told.context, () => original.apply(this, args) as Promise<unknown>),
        );
      },
  );
}

async function settle(
  model: object,
  told: ToldCall,
  args: readonly unknown[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await run();
    told.tell(modelSettings, shapeOf(model), model, args, (record) => {
      record.accepted = true;
      record.responded(Answer.ofResult(result));
    });
    return result;
  } catch (error) {
    told.tell(modelSettings, shapeOf(model), model, args, (record) => record.failed(error));
    throw error;
  }
}

function watchStream(owner: object): void {
  wrapMethod(
    owner,
    '_streamResponseChunks',
    (original) =>
      function (this: object, ...args: unknown[]): unknown {
        const inner = original.apply(this, args) as AsyncGenerator;
        if (currentObserver() === undefined) return inner;
        return guarded('langchain', () => watchChunks(this, args, inner), inner);
      },
  );
}

function watchChunks(
  model: object,
  args: readonly unknown[],
  inner: AsyncGenerator,
): AsyncGenerator {
  let told: ToldCall | undefined;
  const answer = new Answer();
  return generatorInside(inner, {
    start() {
      told = guarded('told-call', () => new ToldCall(), undefined);
      return told?.context;
    },
    value(chunk) {
      if (told?.taken === false) guarded('langchain', () => answer.add(chunk), undefined);
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
