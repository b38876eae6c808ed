/** What a command may touch besides the disk, so that a test can stand in for a terminal. */
export interface CommandIo {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Width of the terminal in characters; 100 when the output is not one. */
  readonly columns: number;
  readonly isColored: boolean;
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

export function processIo(): CommandIo {
  const { stdout, stderr, env } = process;
  return {
    cwd: process.cwd(),
    env,
    now: Date.now(),
    columns: stdout.columns ?? 100,
    // Honours NO_COLOR and FORCE_COLOR.
    isColored: stdout.isTTY && stdout.hasColors(env),
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
  };
}

/** `value` as one JSON document. */
export function writeJson(io: CommandIo, value: unknown): void {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  io.out(`${lines.map(printable).join('\n')}\n`);
}

/** What moves the cursor, colours, clears or turns around what a terminal shows. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A line with the words of others in it, such as from a store: what a terminal would obey written out. */
export function printable(line: string): string {
  return line.replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
