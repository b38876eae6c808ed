import { diag } from '@opentelemetry/api';

/** Sentences already said, so that a failure on every call fills no log. */
const said = new Set<string>();
const MAX_SAID = 200;

/**
 * Warns through OpenTelemetry's diagnostics, once for each `key`. Not for the engine, which knows no
 * diagnostics: it tells its host. Never throws.
 */
export function warnOnce(key: string, message: string): void {
  if (said.has(key) || said.size >= MAX_SAID) return;
  said.add(key);
  try {
    diag.warn(`costspan: ${message}`);
  } catch {
    // A logger of the application that throws is not ours to mend.
  }
}
