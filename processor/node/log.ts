import process from 'node:process';

/** What `COSTSPAN_LOG` asks for: every start line (default), only what needs attention, nothing. */
export type LogLevel = 'info' | 'warn' | 'off';

export function logLevel(env: NodeJS.ProcessEnv = process.env): LogLevel {
  const asked = env['COSTSPAN_LOG']?.trim().toLowerCase();
  return asked === 'warn' || asked === 'off' ? asked : 'info';
}

/** What needs attention and was told, by the start line of `register` or without it. */
export const told: Set<string> = new Set();

let isPromised = false;

/** Whether `register` writes a start line at the end of the first turn. */
export function hasStartLine(): boolean {
  return isPromised;
}

export function promiseStartLine(): void {
  isPromised = true;
}

/** Writes one line to standard error; standard output belongs to the application. Never throws. */
export function writeLine(line: string): void {
  try {
    process.stderr.write(`costspan: ${line}\n`);
  } catch {
    // A closed stderr is the host's affair.
  }
}
