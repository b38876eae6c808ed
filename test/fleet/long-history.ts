import { METRIC_COSTSPAN_COST_USD } from '../../conventions/index.ts';
import { labelName, seriesName } from '../../grafana/names.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How the points of a process reach the server. */
type Export =
  /** Each minute of its life, and at its end. */
  | 'periodic'
  /** After each call. */
  | 'each call'
  /** When it is asked: nothing after the last time it was. */
  | 'scraped';

/** A call's price in nano-USD, by class of tokens. */
interface Call {
  readonly at: number;
  readonly workflow: string;
  readonly nanos: Readonly<Record<string, number>>;
}

interface Process {
  readonly team: string;
  readonly instance: string;
  readonly start: number;
  readonly end: number;
  readonly calls: readonly Call[];
  readonly export: Export;
}

/** One sample as a line of text. */
export type Format = (series: string, value: number, atMillis: number) => string;

/** For `promtool tsdb create-blocks-from openmetrics`. */
export const OPEN_METRICS: Format = (series, value, at) => `${series} ${value} ${at / 1000}\n`;

/** For `/api/v1/import/prometheus` of VictoriaMetrics. */
export const PROMETHEUS_TEXT: Format = (series, value, at) => `${series} ${value} ${at}\n`;

/**
 * Five weeks of a company whose teams run their work in every shape there is, one shape a team, in
 * tens of thousands of processes. Points are what costspan sends: a series begins with 0.
 */
export class LongHistory {
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly begin: number;
  readonly #random = randomNumbers(7);

  constructor(end: number = Date.UTC(2026, 9, 24, 11, 37)) {
    this.end = end;
    this.begin = end - DAYS * DAY;
  }

  /** What the calls between two times cost, by team, and how many processes made them. */
  truth(
    from: number,
    to: number,
  ): { readonly usd: ReadonlyMap<string, number>; readonly processes: number } {
    const usd = new Map<string, number>();
    let processes = 0;
    for (const { team, calls } of this.#processes()) {
      processes += 1;
      for (const { at, nanos } of calls) {
        if (at <= from || at > to) continue;
        const price = Object.values(nanos).reduce((sum, each) => sum + each, 0) / 1e9;
        usd.set(team, (usd.get(team) ?? 0) + price);
      }
    }
    return { usd, processes };
  }

  /** Every sample, a piece of text for each process, and what the text ends with. */
  *lines(format: Format, last = ''): Iterable<string> {
    for (const process of this.#processes()) yield linesOf(process, format);
    yield last;
  }

  /** The same ones every time. */
  *#processes(): Iterable<Process> {
    this.#random.restart();
    yield this.#process('steady', 'steady-0', this.begin, this.end, 20_000, 'periodic');
    for (let pod = 0; pod < 4; pod += 1) {
      for (const [start, end] of this.#lives(8 * HOUR, pod * HOUR)) {
        yield this.#process('pods', `pods-${pod}-${start}`, start, end, 120, 'periodic');
      }
    }
    for (let pod = 0; pod < 2; pod += 1) {
      for (const [start, end] of this.#lives(4 * HOUR, pod * HOUR)) {
        yield this.#process('scraped', `scraped-${pod}`, start, end, 80, 'scraped');
      }
    }
    for (let pod = 0; pod < 2; pod += 1) {
      for (const [start, end] of this.#lives(12 * HOUR, pod * HOUR)) {
        yield this.#process('tail', `tail-${pod}-${start}`, start, end, 30, 'periodic', 20);
      }
    }
    for (let slot = 0; slot < 12; slot += 1) {
      for (const [start, end] of this.#lives(25 * MINUTE, slot * 2 * MINUTE)) {
        yield this.#process('functions', `function-${slot}-${start}`, start, end, 16, 'each call');
      }
    }
    for (const [start] of this.#lives(10 * MINUTE, 0)) {
      const end = start + 30 * SECOND;
      if (end < this.end) yield this.#process('cron', `cron-${start}`, start, end, 10, 'periodic');
    }
  }

  /** Lives of one length, one after the other, the first cut short by `offset`. */
  *#lives(length: number, offset: number): Iterable<readonly [start: number, end: number]> {
    for (let start = this.begin - offset; start < this.end; start += length) {
      yield [Math.max(start, this.begin), Math.min(start + length, this.end)];
    }
  }

  #process(
    team: string,
    instance: string,
    start: number,
    end: number,
    calls: number,
    kind: Export,
    workflows = 1,
  ): Process {
    const random = this.#random;
    const list = Array.from({ length: calls }, (): Call => {
      const at = start + 1 + Math.floor(random.next() * (end - start - 2));
      return {
        at,
        workflow: `${team}-${Math.floor(random.next() * workflows)}`,
        nanos: {
          input: 200_000 + Math.floor(random.next() * 4_000_000),
          output: 100_000 + Math.floor(random.next() * 9_000_000),
        },
      };
    });
    return {
      team,
      instance,
      start,
      end,
      calls: list.toSorted((a, b) => a.at - b.at),
      export: kind,
    };
  }
}

const DAYS = 35;
const SERIES = seriesName('otlp', METRIC_COSTSPAN_COST_USD);

/** When the process is asked, or sends, in order. */
function exportsOf({ start, end, calls, export: kind }: Process): readonly number[] {
  if (kind === 'each call') return calls.map(({ at }) => at + 1);
  const times: number[] = [];
  for (let at = start + MINUTE; at < end; at += MINUTE) times.push(at);
  return kind === 'scraped' ? times : [...times, end];
}

function linesOf(process: Process, format: Format): string {
  const exports = exportsOf(process);
  const sums = new Map<string, { nanos: number; isSeen: boolean }>();
  let text = '';
  let made = 0;
  let before = process.start - 1;
  for (const at of exports) {
    for (let call = process.calls[made]; call !== undefined && call.at <= at;) {
      add(sums, process, call);
      made += 1;
      call = process.calls[made];
    }
    for (const [series, sum] of sums) {
      if (!sum.isSeen && process.export === 'scraped') {
        text += format(series, 0, at);
      } else {
        if (!sum.isSeen) text += format(series, 0, before + 1);
        text += format(series, sum.nanos / 1e9, at);
      }
      sum.isSeen = true;
    }
    before = at;
  }
  return text;
}

function add(
  sums: Map<string, { nanos: number; isSeen: boolean }>,
  process: Process,
  { workflow, nanos }: Call,
): void {
  for (const [kind, amount] of Object.entries(nanos)) {
    const series = seriesOf(process, workflow, kind);
    const sum = sums.get(series);
    if (sum === undefined) sums.set(series, { nanos: amount, isSeen: false });
    else sum.nanos += amount;
  }
}

function seriesOf({ team, instance }: Process, workflow: string, kind: string): string {
  const labels = {
    job: 'app',
    instance,
    'costspan.team': team,
    'costspan.workflow': workflow,
    'costspan.token.class': kind,
    'deployment.environment.name': 'production',
    'gen_ai.provider.name': 'openai',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4.1-mini',
  };
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${labelName('otlp', key)}="${value}"`,
  );
  return `${SERIES}{${pairs.join(',')}}`;
}

/** Numbers from 0 to 1 that come again in the same order (a linear congruential generator). */
function randomNumbers(seed: number): { next(): number; restart(): void } {
  let state = seed;
  return {
    next() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
    restart() {
      state = seed;
    },
  };
}
