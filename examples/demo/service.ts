import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A service of the demo in a process of its own. */
export class Service {
  readonly name: string;
  /** Resolves with the address it listens on; rejects when it ends without having said so. */
  readonly address: Promise<string>;
  /** Resolves when it has ended well; rejects with what it said otherwise. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #output = '';

  constructor(name: string, env: NodeJS.ProcessEnv) {
    this.name = name;
    const folder = new URL('./services/', import.meta.url);
    this.#process = spawn(process.execPath, [fileURLToPath(new URL(`${name}.ts`, folder))], {
      cwd: fileURLToPath(folder),
      env: { ...env, OTEL_SERVICE_NAME: name },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = this.#untilEnd();
    this.address = this.#untilListening();
    // Whoever waits gets the error; a service that nobody waits for any more must not end the demo.
    this.ended.catch(() => {});
    this.address.catch(() => {});
  }

  /** Asks it to end, as an orchestrator would. */
  stop(): void {
    this.#process.kill('SIGTERM');
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

  #untilListening(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#process.stdout?.on('data', () => {
        const address = /^listening on (\S+)$/m.exec(this.#output)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.ended.then(
        () => reject(new Error(`The service ${this.name} ended before it was listening.`)),
        reject,
      );
    });
  }
}
