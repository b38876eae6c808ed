import { execFile } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

import { stringify } from 'yaml';

import { type RunningProgram, runProgram } from '../support/run-program.ts';
import { tempApp } from '../support/temp-app.ts';

const run = promisify(execFile);

export interface PrometheusOptions {
  readonly prometheus: string;
  /** Needed for a history. */
  readonly promtool?: string;
  /** `prometheus.yml`, without `rule_files`. */
  readonly config: object;
  /** Rule files by name. */
  readonly rules?: Readonly<Record<string, string>>;
  /** What it knows already, in OpenMetrics; a long text in pieces. */
  readonly history?: string | Iterable<string>;
  /** Where its data is, and stays. Default: a folder that goes with the server. */
  readonly data?: string;
  /** Beside those that every test needs, such as `--web.enable-otlp-receiver`. */
  readonly flags?: readonly string[];
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Of the last point, for a range. */
  readonly value: number;
}

/** One series over a time. */
export interface SeriesOfTime {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

interface RuleState {
  readonly type: string;
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

interface GroupState {
  readonly name: string;
  readonly rules: readonly RuleState[];
  /** Seconds. */
  readonly evaluationTime: number;
  /** RFC 3339; the year 1 before the first. */
  readonly lastEvaluation: string;
}

/** Seconds back from the time of the query, and from one value to the next. */
export interface QueryRange {
  readonly seconds: number;
  readonly step: number;
}

const LAST_HOUR: QueryRange = { seconds: 3600, step: 60 };

/** A Prometheus of its own data, on a port of its own. */
export class PrometheusServer implements AsyncDisposable {
  readonly url: string;
  readonly #program: RunningProgram;
  readonly #folder: Disposable;

  private constructor(url: string, program: RunningProgram, folder: Disposable) {
    this.url = url;
    this.#program = program;
    this.#folder = folder;
  }

  static async start(options: PrometheusOptions): Promise<PrometheusServer> {
    const folder = tempApp({ 'prometheus.yml': '' });
    const data = options.data ?? folder.file('data');
    mkdirSync(data, { recursive: true });
    if (options.history !== undefined && options.promtool !== undefined) {
      const file = folder.file('history.om');
      writePieces(file, options.history);
      // Blocks of two hours, the default, take a hundred times as long.
      const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=720h'];
      await run(options.promtool, [...blocks, file, data], { maxBuffer: 1e8 });
    }
    for (const [name, text] of Object.entries(options.rules ?? {})) {
      writeFileSync(folder.file(name), text);
    }
    const config = { ...options.config, rule_files: Object.keys(options.rules ?? {}) };
    writeFileSync(folder.file('prometheus.yml'), stringify(config));
    const program = await runProgram(options.prometheus, {
      args: [
        `--config.file=${folder.file('prometheus.yml')}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=90d',
        '--web.listen-address=127.0.0.1:0',
        '--web.enable-admin-api',
        ...(options.flags ?? []),
      ],
      ready: /Listening on"?.*? address=(\S+)[^]*Server is ready to receive web requests/,
    });
    return new PrometheusServer(`http://${program.ready[1]}`, program, folder);
  }

  /**
   * The result of an expression at a time (in seconds since the epoch; default now), or, for a range,
   * at each step up to it.
   */
  async query(
    expr: string,
    range: QueryRange | boolean = false,
    time: number = Date.now() / 1000,
  ): Promise<readonly Series[]> {
    const { seconds, step } = typeof range === 'object' ? range : LAST_HOUR;
    const form: Record<string, string> =
      range === false
        ? { query: expr, time: String(time) }
        : { query: expr, start: String(time - seconds), end: String(time), step: String(step) };
    const result = await this.#ask<{ result: ApiSeries[] | [number, string] }>(
      range === false ? 'query' : 'query_range',
      form,
    );
    if (!Array.isArray(result.result) || typeof result.result[0] === 'number') {
      return [{ metric: {}, value: Number(result.result[1]) }];
    }
    return (result.result as ApiSeries[]).map(({ metric, value, values }) => ({
      metric,
      value: Number((value ?? values?.at(-1))?.[1]),
    }));
  }

  /** The result of an expression at each `step` between two times, all in seconds. */
  async overTime(
    expr: string,
    from: number,
    to: number,
    step: number,
  ): Promise<readonly SeriesOfTime[]> {
    const form = { query: expr, start: String(from), end: String(to), step: String(step) };
    return (await this.#ask<{ result: readonly SeriesOfTime[] }>('query_range', form)).result;
  }

  /** Every rule with its state: its type, its name, what went wrong. */
  async rules(): Promise<readonly RuleState[]> {
    return (await this.groups()).flatMap(({ rules }) => rules);
  }

  /** Every group of rules with the time that its last evaluation took. */
  async groups(): Promise<readonly GroupState[]> {
    return (await this.#ask<{ groups: GroupState[] }>('rules')).groups;
  }

  /** Summaries of the alerts that fire now, by the alert's name. */
  async firing(): Promise<ReadonlyMap<string, string>> {
    const { alerts } = await this.#ask<{
      alerts: { state: string; labels: { alertname: string }; annotations: { summary: string } }[];
    }>('alerts');
    return new Map(
      alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels, annotations }) => [labels.alertname, annotations.summary]),
    );
  }

  /** Forgets everything. */
  async deleteAll(): Promise<void> {
    const url = `${this.url}/api/v1/admin/tsdb/delete_series?match[]={__name__=~".%2B"}`;
    const response = await fetch(url, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
  }

  async #ask<T>(path: string, form?: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(
      `${this.url}/api/v1/${path}`,
      form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) },
    );
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

/** Writes a text that may be longer than a string can be. */
function writePieces(file: string, text: string | Iterable<string>): void {
  const handle = openSync(file, 'w');
  for (const piece of typeof text === 'string' ? [text] : text) writeSync(handle, piece);
  closeSync(handle);
}

interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}
