import { diag } from '@opentelemetry/api';
import { logLevel, writeLine } from './log.ts';

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const API: unique symbol = Symbol.for('opentelemetry.js.api.1');

type Globals = typeof globalThis & { [API]?: { readonly diag?: unknown } | undefined };

/**
 * Tells of a mistake in a file that the operator wrote: through the application's diagnostics where
 * it listens to them, else on standard error, because nobody sees a file that is quietly ignored.
 * Never throws.
 */
export function tellOperator(message: string): void {
  try {
    if ((globalThis as Globals)[API]?.diag !== undefined) diag.warn(`costspan: ${message}`);
    else if (logLevel() !== 'off') writeLine(message);
  } catch {
    // A logger of the application that throws is not ours to mend.
  }
}
