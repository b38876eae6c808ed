import type { Span } from '@opentelemetry/api';

/** Sequences of keys that are learnt; each costs some kilobytes. */
const MOST_SHAPES = 100;
/** Every span is looked at up to here, and then one of so many. */
const FIRST_SPANS = 200;
const ONE_OF = 1_000;

/** By their keys, and kept because V8 forgets what nobody holds. */
const shapes = new Map<string, object>();
let spans = 0;

/**
 * Lets the attributes of later spans like `span` stay a plain object of V8's instead of a hash table.
 *
 * V8 makes an object a hash table once some sixteen keys were added to it by computed names, which is
 * how SDKs add attributes, and our spans have about thirty; but not where the same keys were defined
 * one by one in that order before. So that is done here, once for each order that comes up. It
 * changes nothing but the time and memory that a span takes.
 *
 * @see https://v8.dev/blog/fast-properties
 */
export function learnShape(span: Span): void {
  spans += 1;
  if (shapes.size >= MOST_SHAPES || (spans > FIRST_SPANS && spans % ONE_OF !== 0)) return;
  const attributes: unknown = Reflect.get(span, 'attributes');
  if (typeof attributes !== 'object' || attributes === null) return;
  const keys = Object.keys(attributes);
  const name = keys.join('\n');
  if (shapes.has(name)) return;
  const shape: Record<string, unknown> = {};
  for (const key of keys) {
    Object.defineProperty(shape, key, {
      value: 0,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  // A field that has held a number and a text takes any value after that.
  for (const key of keys) shape[key] = '';
  shapes.set(name, shape);
}
