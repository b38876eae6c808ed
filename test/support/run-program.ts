import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Far more than any needs, so that a wrong `ready` shows the output. */
const READY_MILLIS = 60_000;

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Printed, on either stream, when it can be talked to. The match is handed back. */
  readonly ready: RegExp;
}

/** A program that a test has started and ends with `await using`. */
export interface RunningProgram extends AsyncDisposable {
  readonly ready: RegExpExecArray;
  /** Everything it has printed so far. */
  output(): string;
}

/** Starts a program and waits until it is ready. Throws its output when it ends before. */
export async function runProgram(path: string, options: ProgramOptions): Promise<RunningProgram> {
  const child = spawn(path, options.args ?? [], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that times out disposes of nothing.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  const ready = await new Promise<RegExpExecArray>((resolve, reject) => {
    const read = (text: string) => {
      output += text;
      const match = options.ready.exec(output);
      if (match !== null) resolve(match);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code}:\n${output}`)));
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${path} does not get ready:\n${output}`));
    }, READY_MILLIS);
  }).finally(() => clearTimeout(timer));
  return { ready, output: () => output, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

/** Asks again and again until `ask` returns something; throws what `describe` says after a time. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  describe: () => string,
  timeoutMillis = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(describe());
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}
