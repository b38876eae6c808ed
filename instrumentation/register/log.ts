import process from 'node:process';

/** What `COSTSPAN_LOG` asks for: every start line (default), only what needs attention, nothing. */
export type LogLevel = 'info' | 'warn' | 'off';

export function logLevel(env: NodeJS.ProcessEnv = process.env): LogLevel {
  const asked = env['COSTSPAN_LOG']?.trim().toLowerCase();
  return asked === 'warn' || asked === 'off' ? asked : 'info';
}

/** Writes one line to standard error; standard output belongs to the application. Never throws. */
export function writeLine(line: string): void {
  try {
    process.stderr.write(`costspan: ${line}\n`);
  } catch {
    // A closed stderr is the host's affair.
  }
}
