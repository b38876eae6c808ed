import { spawn, type ChildProcess } from 'node:child_process';
import { isAbsolute } from 'node:path';

import { tempApp, type TempApp, type TempAppOptions } from './temp-app.ts';

export { repositoryRoot, tempApp, type TempApp, type TempAppOptions } from './temp-app.ts';

export interface ChildOptions extends TempAppOptions {
  /** Default: the app's folder. */
  readonly cwd?: string;
  /** Added to a bare environment; `undefined` takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments for Node, such as `['--import', 'costspan/register']`. */
  readonly execArgv?: readonly string[];
  /** Arguments for the program. */
  readonly args?: readonly string[];
  /** More files of the app, by their path in its folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Name of the file that a source text is written to; default `main.mjs` or `main.cjs`. */
  readonly entry?: string;
  /** The Node to run; default the one that runs this. */
  readonly execPath?: string;
  /** Kills the child when it aborts. Default: after 25 seconds, so that a hang shows its output. */
  readonly signal?: AbortSignal;
}

export interface ChildResult {
  readonly stdout: string;
  readonly stderr: string;
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child that is still running. */
export interface RunningChild {
  readonly process: ChildProcess;
  readonly app: TempApp | undefined;
  readonly done: Promise<ChildResult>;
  /** All of it so far, standard output first. */
  output(): string;
  /** Resolves once the output so far matches; rejects when the child ends without. */
  printed(pattern: string | RegExp): Promise<void>;
}

/** Variables that would change what a child does, whoever set them for the tests themselves. */
const MEDDLING =
  /^(OTEL_|COSTSPAN_|NODE_|OPENAI_|ANTHROPIC_|AWS_|AZURE_|GOOGLE_|VITEST|VITE_|TEST$|CI$)/;

function environment(added: ChildOptions['env'] = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !MEDDLING.test(name));
  return { ...Object.fromEntries(kept), ...added };
}

/** Starts an app: the file at an absolute path, or a source text written into a fresh folder. */
export function startChild(sourceOrFile: string, options: ChildOptions = {}): RunningChild {
  const isFile = isAbsolute(sourceOrFile);
  const entry = options.entry ?? (options.type === 'commonjs' ? 'main.cjs' : 'main.mjs');
  const files = isFile ? options.files : { [entry]: sourceOrFile, ...options.files };
  const app = isFile && files === undefined ? undefined : tempApp(files, options);
  const program = isFile ? sourceOrFile : entry;
  const child = spawn(
    options.execPath ?? process.execPath,
    [...(options.execArgv ?? []), program, ...(options.args ?? [])],
    {
      cwd: options.cwd ?? app?.path,
      env: environment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: options.signal ?? AbortSignal.timeout(25_000),
      killSignal: 'SIGKILL',
    },
  );
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const grow = (): void => {
    for (const watch of watchers) watch();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    grow();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    grow();
  });
  // Abort makes the child emit an error first; it still closes, with the output so far.
  child.on('error', (error) => {
    stderr += `\n${error.message}`;
  });
  const done = new Promise<ChildResult>((resolve) => {
    child.once('close', (code, signal) => {
      app?.remove();
      resolve({ stdout, stderr, code, signal });
    });
  });
  const output = (): string => stdout + stderr;
  const printed = (pattern: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const text = output();
        const found = typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
        if (!found) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void done.then(() =>
        reject(new Error(`The child ended without printing ${pattern}:\n${stdout}\n${stderr}`)),
      );
    });
  return { process: child, app, done, output, printed };
}

/** Runs an app to its end. A code other than 0 is a result, not an error. */
export function runChild(sourceOrFile: string, options: ChildOptions = {}): Promise<ChildResult> {
  return startChild(sourceOrFile, options).done;
}
