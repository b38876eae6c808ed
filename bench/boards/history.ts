/**
 * A large company's month: 2,000 series of money at one point a minute for 30 days, of 20 teams with
 * 5 workflows on 5 models. What boards and rules ask for a day at most is there for two days.
 */
import {
  type MetricName,
  METRIC_COSTSPAN_CALLS,
  METRIC_COSTSPAN_COST_USD,
  METRIC_COSTSPAN_OUTCOME_VALUE_USD,
  METRIC_COSTSPAN_OUTCOMES,
  METRIC_COSTSPAN_RETRIES,
  METRIC_COSTSPAN_TOKENS,
  METRICS,
} from '../../conventions/index.ts';
import { labelName, seriesName } from '../../grafana/names.ts';
import { HOURLY, HOURS_UNTIL } from '../../grafana/queries/recorded.ts';
import { encodeLabels, RemoteWrite } from './remote-write.ts';

export const DAYS = 30;
const TEAMS = 20;
const WORKFLOWS = 5;
const MODELS = ['gpt-5', 'gpt-4.1-mini', 'o3', 'claude-opus-4-5', 'claude-haiku-4-5'];
const CLASSES = ['input', 'cache_read', 'output', 'reasoning'];

type Labels = Readonly<Record<string, string>>;

/** A counter: its value is a sum of irregular steps. */
interface Counter {
  readonly series: string;
  readonly labels: Labels;
  /** The two, encoded. */
  readonly bytes: Uint8Array;
  /** Upper bound of a minute's step. */
  readonly step: number;
  value: number;
  /** What the running hour began with. */
  hourBegan: number;
}

/** Hands all samples of some minutes to a Prometheus. */
export class History {
  readonly #spend: readonly Counter[];
  readonly #recent: readonly Counter[];
  #random = 1;

  constructor() {
    this.#spend = calls().flatMap((labels) =>
      CLASSES.map((kind) =>
        counter(METRIC_COSTSPAN_COST_USD, { ...labels, 'costspan.token.class': kind }, 0.02),
      ),
    );
    this.#recent = [...others(), ...histograms()];
  }

  get seriesOfMoney(): number {
    return this.#spend.length;
  }

  /**
   * The minutes from one to before another, counted from the epoch: money, and with `isRecent` all the
   * rest. An hour that began in them is recorded a few minutes after its beginning, as the rules do it.
   */
  async write(url: string, from: number, to: number, isRecent: boolean): Promise<void> {
    const times = Array.from({ length: to - from }, (_, index) => (from + index) * 60_000);
    await this.#send(new RemoteWrite(url, times), this.#spend, times.length);
    if (isRecent) await this.#send(new RemoteWrite(url, times), this.#recent, times.length);
  }

  /** What the rules have recorded of the hour that ended with this minute. */
  async writeHour(url: string, minute: number): Promise<void> {
    const request = new RemoteWrite(url, [minute * 60_000 + RECORDED_AFTER]);
    for (const { metric, hour } of Object.values(HOURLY)) {
      for (const each of [...this.#spend, ...this.#recent]) {
        if (each.series !== seriesName('otlp', metric)) continue;
        // Counters that are not written have their mean.
        const gain = each.value === each.hourBegan ? each.step * 30 : each.value - each.hourBegan;
        request.add(encoded(hour, each.labels), [gain]);
        each.hourBegan = each.value;
      }
    }
    request.add(encoded(HOURS_UNTIL, {}), [minute * 60]);
    await request.send();
  }

  async #send(request: RemoteWrite, counters: readonly Counter[], count: number): Promise<void> {
    for (const [index, each] of counters.entries()) {
      const values: number[] = [];
      for (let minute = 0; minute < count; minute += 1) {
        each.value += this.#next() * each.step;
        values.push(each.value);
      }
      request.add(each.bytes, values);
      if (index % AT_ONCE === AT_ONCE - 1) await request.send();
    }
    if (counters.length % AT_ONCE !== 0) await request.send();
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }
}

/** Series in a request. */
const AT_ONCE = 2000;
/** After the end of an hour; milliseconds. */
const RECORDED_AFTER = 150_000;
const PROCESS = { job: 'app', instance: 'i-1' };

/** Who calls which model for what: 500 sets. */
function calls(): readonly Labels[] {
  return workflows().flatMap((labels) =>
    MODELS.map((model) => ({
      ...labels,
      'gen_ai.provider.name': model.startsWith('claude') ? 'anthropic' : 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'costspan.model.tier': model === 'o3' ? 'reasoning' : 'mid',
    })),
  );
}

function workflows(): readonly Labels[] {
  return Array.from({ length: TEAMS * WORKFLOWS }, (_, index) => ({
    'costspan.team': `team-${Math.floor(index / WORKFLOWS)}`,
    'costspan.workflow': `workflow-${index % WORKFLOWS}`,
    'deployment.environment.name': index % 10 < 5 ? 'production' : 'staging',
  }));
}

function others(): Counter[] {
  return [
    ...calls().flatMap((labels) => [
      ...CLASSES.map((kind) =>
        counter(METRIC_COSTSPAN_TOKENS, { ...labels, 'costspan.token.class': kind }, 4000),
      ),
      ...['ok', 'error'].map((state) =>
        counter(
          METRIC_COSTSPAN_CALLS,
          {
            ...labels,
            'costspan.call.outcome': state,
            'costspan.price.state': 'priced',
            'costspan.usage.source': 'provider',
          },
          state === 'ok' ? 20 : 0.2,
        ),
      ),
      counter(METRIC_COSTSPAN_RETRIES, labels, 0.4),
    ]),
    ...outcomes('success', 4),
    ...outcomes('failure', 0.5),
  ];
}

function outcomes(status: string, step: number): Counter[] {
  return workflows().flatMap((labels) => {
    const attributes = {
      ...labels,
      'costspan.outcome.name': 'answered',
      'costspan.outcome.status': status,
    };
    return [
      counter(METRIC_COSTSPAN_OUTCOMES, attributes, step),
      counter(METRIC_COSTSPAN_OUTCOME_VALUE_USD, attributes, step),
    ];
  });
}

/** Every histogram, of one workflow of each team. */
function histograms(): Counter[] {
  return Object.values(METRICS)
    .filter(
      ({ instrument, name: metric }) =>
        instrument === 'histogram' && !/\.server\.|^mcp/.test(metric),
    )
    .flatMap(({ name: metric, boundaries = [] }) => {
      const all = metric.startsWith('costspan.run') ? workflows() : calls();
      // One set a team: their number is not what is measured.
      const sets = all.filter((_, index) => index % (all.length / TEAMS) === 0);
      return sets.flatMap((labels) => [
        ...[...boundaries.map(String), '+Inf'].map((le, index) =>
          counter(metric, { ...labels, le }, index + 1, 'bucket'),
        ),
        counter(metric, labels, 20, 'sum'),
        counter(metric, labels, boundaries.length + 1, 'count'),
      ]);
    });
}

function counter(
  metric: MetricName,
  labels: Labels,
  step: number,
  part?: 'bucket' | 'sum' | 'count',
): Counter {
  const series = seriesName('otlp', metric, part);
  const bytes = encoded(series, { ...labels, ...PROCESS });
  return { series, labels, bytes, step, value: 0, hourBegan: 0 };
}

function encoded(series: string, labels: Labels): Uint8Array {
  const named = Object.entries(labels).map(([key, value]) => [labelName('otlp', key), value]);
  return encodeLabels({ ...Object.fromEntries(named), __name__: series });
}
