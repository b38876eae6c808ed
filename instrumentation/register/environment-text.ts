/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable without the blanks around it; an empty one counts as not set, as the specification asks. */
export function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** The items of a list in lower case; `undefined` where there are none. */
export function list(env: Environment, name: string): string[] | undefined {
  const items = text(env, name)
    ?.split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  return items?.length === 0 ? undefined : items;
}

/** The first of `names` that is set. */
export function pick(env: Environment, ...names: readonly string[]): string | undefined {
  return names.find((name) => text(env, name) !== undefined);
}

const LONGEST_SHOWN = 100;

/** A value in a message: on one line, not too long. */
export function shown(value: string): string {
  const line = value.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '?');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerated(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
