import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import type * as ErrorText from '../../conventions/error-text.ts';
import type * as WarnOnce from '../../conventions/warn-once.ts';

/** Who wants to know that the process ends. What fails in it is left out: the end stays the host's. */
export interface EndWatcher {
  /** The loop is empty; whatever is begun now keeps the process until it is done. */
  beforeExit(): void;
  /** A signal came that the application listens to: what follows is its business. */
  signalHeard(): void;
  /** A signal came that nobody listens to: the process ends by it once this has resolved. */
  signalUnheard(): Promise<void>;
  /** Whether {@link lastMoment} does everything, or some of it needs {@link signalUnheard}. */
  readonly canEndAtOnce: boolean;
  /** The process ends when this returns. Nothing asynchronous comes back. */
  lastMoment(): void;
}

/** Those that somebody ends a process with, and that end it where nobody listens. */
const SIGNALS: ReadonlySet<string> = new Set(
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'],
);

/** A signal that the process has raised is there within the same turn. */
const MOST_UNTIL_SIGNAL_MS = 1_000;

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean;

/** What we wrap of `process`, as loosely as anybody may call it. */
interface Process {
  emit: Emit;
  kill(pid: unknown, signal?: unknown): true;
  /** Ends the process without telling listeners of `exit`; `process.exit()` calls it last. */
  reallyExit?: ((code?: unknown) => never) | undefined;
  /** True from the moment that `exit` is emitted in earnest. */
  readonly _exiting?: boolean | undefined;
}

const host = process as unknown as Process;
const tasks = new Set<() => void>();
let end: ProcessEnd | undefined;

/** Has `watcher` told how this process ends. One for the process. */
export function watchProcessEnd(watcher: EndWatcher): void {
  installed().watch(watcher);
}

/** Runs `task` in the last moment of the process, after its own listeners of `exit`. It may fail. */
export function atProcessEnd(task: () => void): () => void {
  installed();
  tasks.add(task);
  return () => {
    tasks.delete(task);
  };
}

function installed(): ProcessEnd {
  return (end ??= new ProcessEnd());
}

/**
 * Hears of the end of the process without being a listener: libraries and applications that count
 * or remove listeners, and Node's warning of too many, find what they would find without us. What
 * ends a process goes through three functions of `process`, and each of them still does what it
 * did: `emit` (`beforeExit`, `exit`), `reallyExit` and `kill` (with the process' own id).
 */
class ProcessEnd {
  readonly #emit: Emit = host.emit;
  readonly #kill = host.kill.bind(process);
  #watcher: EndWatcher | undefined;
  #isOver = false;
  /** Set while Node must not hear that a listener of ours goes. */
  #isQuiet = false;
  /** Whether signals that nobody listens to are to come to us. */
  #hears = false;
  #dyingBy: string | undefined;
  #untilSignal: NodeJS.Timeout | undefined;

  constructor() {
    host.emit = this.#onEmit;
    const { reallyExit } = host;
    if (typeof reallyExit === 'function') {
      host.reallyExit = (...args) => {
        this.#end();
        return Reflect.apply(reallyExit, process, args);
      };
    }
  }

  watch(watcher: EndWatcher): void {
    this.#watcher = watcher;
    // Workers get no signals.
    if (!isMainThread) return;
    host.kill = (...args) => {
      this.#beforeKill(...args);
      return this.#kill(...args);
    };
    this.#hearSignals();
  }

  readonly #onEmit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'exit') {
      try {
        return Reflect.apply(this.#emit, process, [event, ...args]);
      } finally {
        // Some only say `exit` to run the listeners.
        if (host._exiting !== false) this.#end();
      }
    }
    if (event === 'beforeExit') quietly(() => this.#watcher?.beforeExit());
    if (event === 'removeListener' && this.#isQuiet) return true;
    const heard = Reflect.apply(this.#emit, process, [event, ...args]);
    // With its last listener Node gives up the signal.
    if (event === 'removeListener' && this.#hears) this.#hearSignal(args[0]);
    return heard;
  };

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#lastMoment();
    if (this.#dyingBy !== undefined) this.#raise(this.#dyingBy);
  }

  #lastMoment(): void {
    quietly(() => this.#watcher?.lastMoment());
    for (const task of tasks) quietly(task);
  }

  /** A signal that nobody listens to, raised by the process itself, ends it before `kill` returns. */
  #beforeKill(pid: unknown, signal: unknown = 'SIGTERM'): void {
    const name = nameOf(signal);
    if (Number(pid) !== process.pid || name === undefined || !SIGNALS.has(name)) return;
    if (process.listenerCount(name) > 0) return;
    if (quietly(() => this.#watcher?.canEndAtOnce) === false) {
      // The signal comes to us through the loop, which must not run empty before.
      this.#untilSignal ??= setTimeout(nothing, MOST_UNTIL_SIGNAL_MS);
      return;
    }
    this.#lastMoment();
    this.#giveUpSignals();
  }

  /** Where Node holds a signal, it calls the `emit` that it found when the first listener came. */
  #hearSignal(signal: unknown): void {
    if (typeof signal !== 'string' || !SIGNALS.has(signal)) return;
    // Then Node holds it already, for somebody else.
    if (process.listenerCount(signal) > 0) return;
    const emit = host.emit;
    const onSignal = this.#onSignal;
    const onEmit = this.#onEmit;
    host.emit = (event, ...args) =>
      event === signal ? onSignal(signal, args) : onEmit(event, ...args);
    try {
      EventEmitter.prototype.on.call(process, signal, nothing);
      this.#isQuiet = true;
      EventEmitter.prototype.removeListener.call(process, signal, nothing);
    } catch {
      // A system that does not have it.
    } finally {
      this.#isQuiet = false;
      host.emit = emit;
    }
  }

  readonly #onSignal = (signal: string, args: unknown[]): boolean => {
    if (process.listenerCount(signal) > 0) {
      quietly(() => this.#watcher?.signalHeard());
      return host.emit(signal, ...args);
    }
    if (this.#dyingBy === undefined) void this.#dieBy(signal);
    return true;
  };

  async #dieBy(signal: string): Promise<void> {
    this.#dyingBy = signal;
    // Whoever asks a second time is obeyed at once.
    this.#giveUpSignals();
    try {
      await this.#watcher?.signalUnheard();
    } catch (error) {
      report(error);
    }
    this.#lastMoment();
    this.#raise(signal);
  }

  #raise(signal: string): void {
    this.#kill(process.pid, signal);
    // Somebody listens by now, and the process goes on.
    this.#dyingBy = undefined;
    clearTimeout(this.#untilSignal);
    this.#untilSignal = undefined;
    this.#hearSignals();
  }

  #hearSignals(): void {
    this.#hears = true;
    for (const signal of SIGNALS) this.#hearSignal(signal);
  }

  /** What nobody listens to ends the process again without another word. */
  #giveUpSignals(): void {
    this.#hears = false;
    for (const signal of SIGNALS) {
      if (process.listenerCount(signal) > 0) continue;
      EventEmitter.prototype.on.call(process, signal, nothing);
      EventEmitter.prototype.removeListener.call(process, signal, nothing);
    }
  }
}

/** Runs what is ours. A failure must not become the host's exit code, or keep it from its end. */
function quietly<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    report(error);
    return undefined;
  }
}

function report(error: unknown): void {
  try {
    // Loaded now: an application without LLM calls has no use for OpenTelemetry's API.
    const require = createRequire(import.meta.url);
    // Literal, for the tools that follow files: the build leads it to a file (`scripts/bundle.ts`).
    const { warnOnce } = require('../../conventions/warn-once.ts') as typeof WarnOnce;
    const { describeError } = require('../../conventions/error-text.ts') as typeof ErrorText;
    warnOnce('process-end', `what is left at the end may be unsent: ${describeError(error)}`);
  } catch {
    // Nothing is left to tell it to.
  }
}

function nothing(): void {
  // Only its coming and going matters.
}

function nameOf(signal: unknown): string | undefined {
  if (typeof signal === 'string') return signal;
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
}
