import { type RunningProgram, runProgram } from '../support/run-program.ts';
import { tempApp } from '../support/temp-app.ts';
import { freePorts } from './collector.ts';
import type { Series } from './prometheus-server.ts';

type Sample = readonly [seconds: number, value: string];
type Labels = Readonly<Record<string, string>>;
type Vector = readonly { readonly metric: Labels; readonly value: Sample }[];
type Matrix = readonly { readonly metric: Labels; readonly values: readonly Sample[] }[];

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: T };
}

/** A VictoriaMetrics of its own data, on a port of its own. */
export class VictoriaMetricsServer implements AsyncDisposable {
  readonly url: string;
  readonly #program: RunningProgram;
  readonly #folder: Disposable;

  private constructor(url: string, program: RunningProgram, folder: Disposable) {
    this.url = url;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(path: string): Promise<VictoriaMetricsServer> {
    const folder = tempApp({});
    const [port] = await freePorts(1);
    const program = await runProgram(path, {
      args: [
        `-storageDataPath=${folder.file('data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        '-retentionPeriod=100y',
      ],
      ready: /started VictoriaMetrics in/,
    });
    return new VictoriaMetricsServer(`http://127.0.0.1:${port}`, program, folder);
  }

  /** Takes samples in the text format of Prometheus, with times in milliseconds, and shows them. */
  async import(pieces: Iterable<string>): Promise<void> {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < 1e7) continue;
      await this.#post('/api/v1/import/prometheus', text);
      text = '';
    }
    await this.#post('/api/v1/import/prometheus', text);
    await this.flush();
  }

  /** What was written until now can be queried. */
  async flush(): Promise<void> {
    await this.#post('/internal/force_flush', '');
    await this.#post('/internal/resetRollupResultCache', '');
  }

  /** The result of an expression at a time, in seconds since the epoch. */
  async query(expr: string, time: number): Promise<readonly Series[]> {
    const result = await this.#ask<Vector>('query', expr, { time: String(time) });
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** The result of an expression at each `step` between two times, all in seconds. */
  overTime(expr: string, from: number, to: number, step: number): Promise<Matrix> {
    return this.#ask<Matrix>('query_range', expr, {
      start: String(from),
      end: String(to),
      step: String(step),
    });
  }

  async #ask<T>(path: string, query: string, form: Readonly<Record<string, string>>): Promise<T> {
    const body = new URLSearchParams({ query, ...form, nocache: '1' });
    const answer = JSON.parse(await this.#post(`/api/v1/${path}`, body)) as Answer<T>;
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data.result;
  }

  async #post(path: string, body: string | URLSearchParams): Promise<string> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
