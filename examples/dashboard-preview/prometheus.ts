import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { evaluate, ruleLevels } from './history/recorded.ts';

const run = promisify(execFile);

/** Paths of the programs; Prometheus 3 is needed for names with dots. */
export interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
}

/** The history is as coarse as that in its oldest part. */
const LOOKBACK = '31m';

/** A Prometheus of our own, with its own folder and port. */
export class PreviewPrometheus implements AsyncDisposable {
  /** Temporary; goes with this object. */
  readonly folder: string;
  readonly #programs: Programs;
  readonly #port: number;
  #stop: (() => Promise<void>) | undefined;

  private constructor(folder: string, programs: Programs, port: number) {
    this.folder = folder;
    this.#programs = programs;
    this.#port = port;
  }

  static async create(programs: Programs): Promise<PreviewPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'costspan-preview-'));
    return new PreviewPrometheus(folder, programs, await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Makes blocks of the history. */
  async load(history: Iterable<string> | AsyncIterable<string>): Promise<void> {
    const file = join(this.folder, 'history.om');
    await pipeline(Readable.from(history), createWriteStream(file));
    // Blocks of a month: those of two hours take a hundred times as long.
    const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=720h'];
    await run(this.#programs.promtool, [...blocks, file, join(this.folder, 'data')], {
      maxBuffer: 1e9,
    });
    await rm(file);
  }

  /** Lets the rules and alerts of `files` stand for the last `days`. */
  async backfill(files: readonly string[], end: number, days: number): Promise<void> {
    for (const level of await ruleLevels(files)) {
      await this.start();
      const lines: string[] = [];
      for await (const text of evaluate(this.url, level, end, days)) lines.push(text);
      await this.stop();
      await this.load(lines);
    }
  }

  async start(): Promise<void> {
    const config = join(this.folder, 'prometheus.yml');
    await writeFile(config, '{}');
    const child = spawn(
      this.#programs.prometheus,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        '--storage.tsdb.retention.time=90d',
        `--query.lookback-delta=${LOOKBACK}`,
        `--web.listen-address=127.0.0.1:${this.#port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4000);
    });
    const ended = once(child, 'exit');
    this.#stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    while (!(await isReady(this.url))) {
      if (child.exitCode !== null)
        throw new Error(`Prometheus ended with ${child.exitCode}:\n${output}`);
      await wait(100);
    }
  }

  async stop(): Promise<void> {
    await this.#stop?.();
    this.#stop = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
