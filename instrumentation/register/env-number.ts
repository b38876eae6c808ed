import process from 'node:process';
import { type NumberVariable, readNumber } from './number-variables.ts';

/**
 * A number from an `OTEL_*` variable; `undefined` when it is not set, or set to what can't be used,
 * which the start line tells of.
 */
export function envNumber(name: NumberVariable): number | undefined {
  return readNumber(process.env, name);
}

/** Leaves out what is `undefined`, for options where absent and `undefined` differ. */
export function defined<T extends object>(
  options: T,
): {
  [K in keyof T]?: Exclude<T[K], undefined>;
} {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
