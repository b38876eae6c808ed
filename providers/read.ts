/**
 * Readers for values that came over the wire. Responses are odd in practice, so each returns
 * `undefined` for what is not of the expected kind; none throws.
 */

export type Dictionary = Readonly<Record<string, unknown>>;

export function asDictionary(value: unknown): Dictionary | undefined {
  return typeof value === 'object' && value !== null ? (value as Dictionary) : undefined;
}

/** Longer than any id or name; what is longer would fill every span and metric it goes on. */
const LONGEST_NAME = 1024;

/** An id, a name of a model or another word that goes on telemetry. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME
    ? value
    : undefined;
}

/** A finite number, such as a temperature. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A count: a finite number that is not negative. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value !== Infinity ? value : undefined;
}

export function asArray(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The same with names like `prompt_tokens`, to any depth: SDKs turn the wire's into their own. */
export function inSnakeCase(value: Dictionary): Dictionary {
  return renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The same with names like `promptTokenCount`. */
export function inCamelCase(value: Dictionary): Dictionary {
  return renamed(value, (name) =>
    name.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase()),
  );
}

/** Deeper than any usage; what is deeper stays as it is. */
const DEEPEST = 4;

function renamed(value: Dictionary, rename: (name: string) => string, depth = 0): Dictionary {
  const inside = (inner: unknown): unknown => {
    if (depth >= DEEPEST) return inner;
    if (Array.isArray(inner)) return inner.map((each: unknown) => inside(each));
    const dictionary = asDictionary(inner);
    return dictionary === undefined ? inner : renamed(dictionary, rename, depth + 1);
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [rename(name), inside(inner)]),
  );
}
