import { diag } from '@opentelemetry/api';

/**
 * A number from an `OTEL_*` variable that is at least `least`; `undefined` when it is not set.
 * What is no such number is reported to `diag` and counts as not set.
 */
export function envNumber(name: string, least: number): number | undefined {
  const text = process.env[name]?.trim();
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  diag.warn(`${name} is not a number of at least ${least}; its default is used.`);
  return undefined;
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
