import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A service of the demo in a process of its own. */
export class Service {
  readonly name: string;
  /** Resolves with the address it listens on; rejects when it ends without having said so. */
  readonly address: Promise<string>;
  /** `host:port` that Prometheus scrapes; never resolves where the service is not scraped. */
  readonly metricsAddress: Promise<string>;
  /** Resolves when it has no more to do: it ends then, or stays to be scraped. */
  readonly done: Promise<unknown>;
  /** Resolves when it has ended well; rejects with what it said otherwise. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #output = '';

  constructor(name: string, env: NodeJS.ProcessEnv, isScraped: boolean) {
    this.name = name;
    const folder = new URL('./services/', import.meta.url);
    const preload = isScraped ? ['--import', new URL('scraped.ts', folder).href] : [];
    const file = fileURLToPath(new URL(`${name}.ts`, folder));
    this.#process = spawn(process.execPath, [...preload, file], {
      cwd: fileURLToPath(folder),
      env: { ...env, OTEL_SERVICE_NAME: name },
      stdio: [isScraped ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    this.ended = this.#untilEnd();
    this.address = this.#untilSaid(/^listening on (\S+)$/m);
    this.metricsAddress = this.#untilSaid(/^metrics on (\S+)$/m);
    this.done = isScraped ? this.#untilSaid(/^work is done$/m) : this.ended;
    // Whoever waits gets the error; a service that nobody waits for any more must not end the demo.
    for (const promise of [this.ended, this.address, this.metricsAddress, this.done]) {
      promise.catch(() => {});
    }
  }

  /** Asks it to end, as an orchestrator would, or as services that are scraped expect it. */
  stop(): void {
    if (this.#process.stdin === null) this.#process.kill('SIGTERM');
    else this.#process.stdin.end();
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #untilEnd(): Promise<void> {
    const child = this.#process;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        if (code === 0 || signal === 'SIGTERM') resolve();
        else {
          const how = signal ?? `exit code ${code}`;
          reject(new Error(`The service ${this.name} failed (${how}):\n${this.#output.trim()}`));
        }
      });
    });
  }

  /** Resolves with the first group of the match, or all of it. */
  #untilSaid(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#process.stdout?.on('data', () => {
        const match = pattern.exec(this.#output);
        if (match !== null) resolve(match[1] ?? match[0]);
      });
      this.ended.then(
        () => reject(new Error(`The service ${this.name} ended before it said ${pattern}.`)),
        reject,
      );
    });
  }
}
