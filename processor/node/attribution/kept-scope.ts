import { Readable } from 'node:stream';
import type { AttributionLayer } from '../../engine/attribution/layer.ts';
import { runWithLayer } from './layer-context.ts';
import { isPlainPromise } from './plain-promise.ts';

/** The scope of work that is done when somebody asks for its results. */
export interface KeptScope {
  readonly layer: AttributionLayer;
  /** Called when nothing more can come, maybe more than once; never, if nobody asks to the end. */
  readonly over: () => void;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Override = (result: unknown, scope: KeptScope) => unknown;

/**
 * Lets what is later read from `value` be made in the scope: the body of a generator, and what
 * fills a stream, run when their reader asks and in the reader's context. The object stays the
 * same; methods of its own stand before those that it inherits. `false` for what is no generator,
 * iterator or stream, or cannot be changed. Never throws.
 */
export function keepScope(value: unknown, scope: KeptScope): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    if (value instanceof Readable) return keepReadable(value, scope);
    if (value instanceof ReadableStream) return override(value, WEB_STREAM, scope);
    if (value instanceof Response) return keepScope(value.body, scope);
    // The pages of an SDK are a promise as well.
    if (isMethod(value, 'then')) return false;
    if (isIterator(value)) return override(value, ITERATOR, scope);
    return override(value, ASYNC_ITERABLE, scope);
  } catch {
    // A proxy of the host that will not be looked at.
    return false;
  }
}

/** It hands itself out where an iterable is asked for, as iterators of the language do. */
function isIterator(value: object): boolean {
  return (
    isMethod(value, 'next') &&
    (isMethod(value, Symbol.asyncIterator) || isMethod(value, Symbol.iterator))
  );
}

function isMethod(value: object, key: PropertyKey): boolean {
  return typeof Reflect.get(value, key) === 'function';
}

const ITERATOR: ReadonlyMap<PropertyKey, Override> = new Map([
  ['next', watchStep],
  ['return', watchStep],
  ['throw', watchStep],
]);

const ASYNC_ITERABLE: ReadonlyMap<PropertyKey, Override> = new Map([
  [Symbol.asyncIterator, keepResult],
]);

const READER: ReadonlyMap<PropertyKey, Override> = new Map([
  ['read', watchStep],
  ['cancel', watchWhole],
]);

const WEB_STREAM: ReadonlyMap<PropertyKey, Override> = new Map<PropertyKey, Override>([
  [
    'getReader',
    (reader, scope) => {
      override(reader as object, READER, scope);
      return reader;
    },
  ],
  ['values', keepResult],
  [Symbol.asyncIterator, keepResult],
  ['cancel', watchWhole],
  ['pipeTo', watchWhole],
  ['pipeThrough', keepResult],
  [
    'tee',
    (branches, scope) => {
      for (const branch of branches as readonly unknown[]) keepScope(branch, scope);
      return branches;
    },
  ],
]);

/** What a stream of Node calls to be filled, and to take what is written to it. */
const READABLE: ReadonlyMap<PropertyKey, Override> = new Map(
  ['_read', '_transform', '_flush', '_write', '_writev', '_final', '_destroy'].map(
    (name) => [name, (result: unknown) => result] as const,
  ),
);

function keepReadable(stream: Readable, scope: KeptScope): boolean {
  if (stream.closed || !override(stream, READABLE, scope)) return false;
  stream.once('close', scope.over);
  return true;
}

/** Puts those of the methods that `target` has in the scope; `false` when it has none or is sealed. */
function override(
  target: object,
  methods: ReadonlyMap<PropertyKey, Override>,
  scope: KeptScope,
): boolean {
  let found = false;
  for (const [key, seen] of methods) {
    const original: unknown = Reflect.get(target, key);
    if (typeof original !== 'function') continue;
    const value: Method = function (...args) {
      return seen(
        runWithLayer(scope.layer, () => (original as Method).apply(this, args)),
        scope,
      );
    };
    const isDefined = Reflect.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: false,
    });
    found ||= isDefined;
  }
  return found;
}

function keepResult(result: unknown, scope: KeptScope): unknown {
  keepScope(result, scope);
  return result;
}

/** A step of an iterator or reader: the last one ends the scope, and so does one that fails. */
function watchStep(result: unknown, scope: KeptScope): unknown {
  return afterwards(result, scope, (step) => {
    if ((step as Partial<IteratorResult<unknown>> | undefined)?.done === true) scope.over();
  });
}

/** What reads everything at once. */
function watchWhole(result: unknown, scope: KeptScope): unknown {
  return afterwards(result, scope, scope.over);
}

function afterwards(result: unknown, scope: KeptScope, seen: (value: unknown) => void): unknown {
  if (!isPlainPromise(result)) {
    seen(result);
    return result;
  }
  return result.then(
    (value) => {
      seen(value);
      return value;
    },
    (error: unknown) => {
      scope.over();
      throw error;
    },
  );
}
