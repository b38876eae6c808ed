import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

import { type ListedQuery, listQueries } from '../../grafana/queries/list-queries.ts';
import type { PrometheusServer } from '../../test/grafana/prometheus-server.ts';
import { until } from '../../test/support/run-program.ts';

/** Evaluations of rules and rounds of queries; the least counts, since others only add time. */
const ROUNDS = 3;
/** What a panel of full width draws at most. */
const POINTS = 1100;

export interface GroupTime {
  readonly name: string;
  readonly rules: number;
  readonly seconds: number;
}

export interface PanelTime {
  readonly place: string;
  readonly seconds: number;
}

export interface BoardTimes {
  readonly dashboard: string;
  readonly queries: number;
  /** Every query once, one after the other. */
  readonly seconds: number;
  /** The slowest first. */
  readonly panels: readonly PanelTime[];
}

/** Seconds that an evaluation of each group takes, by the server's own clock. */
export async function measureGroups(server: PrometheusServer): Promise<readonly GroupTime[]> {
  const seen = new Map<string, Map<string, number>>();
  let sizes = new Map<string, number>();
  await until(
    async () => {
      const groups = await server.groups();
      sizes = new Map(groups.map(({ name, rules }) => [name, rules.length]));
      for (const { name, evaluationTime, lastEvaluation, rules } of groups) {
        const failed = rules.find(({ health }) => health === 'err');
        if (failed !== undefined) throw new Error(`${failed.name}: ${failed.lastError}`);
        // The zero time: not evaluated yet.
        if (lastEvaluation.startsWith('0001')) continue;
        const times = seen.get(name) ?? new Map<string, number>();
        seen.set(name, times.set(lastEvaluation, evaluationTime));
      }
      const isDone = groups.every(({ name }) => (seen.get(name)?.size ?? 0) > ROUNDS);
      return isDone ? true : undefined;
    },
    () => 'The rules are not evaluated often enough to be measured.',
    600_000,
  );
  return [...seen].map(([name, times]) => ({
    name,
    rules: sizes.get(name) ?? 0,
    seconds: Math.min(...times.values()),
  }));
}

/** Seconds for every query of every panel, over the time range that the board opens with. */
export async function measureBoards(
  server: PrometheusServer,
  dashboards: readonly Dashboard[],
): Promise<readonly BoardTimes[]> {
  const boards: BoardTimes[] = [];
  for (const dashboard of dashboards) {
    const range = (dashboard.time?.from ?? 'now-24h').replace('now-', '');
    const step = Math.max(60, Math.ceil(secondsOf(range) / POINTS / 60) * 60);
    const queries = listQueries([dashboard], {
      __range: range,
      __interval: `${step}s`,
      __rate_interval: `${Math.max(240, step + 60)}s`,
    }).filter(({ language }) => language === 'promql');
    const panels = new Map<string, number>();
    for (const query of queries) {
      const seconds = await time(server, query, secondsOf(range), step);
      const place = query.place.replace(/ [A-Z]\w*$/, '');
      panels.set(place, (panels.get(place) ?? 0) + seconds);
      process.stderr.write(seconds > 1 ? '!' : '.');
    }
    const sorted = [...panels].map(([place, seconds]) => ({ place, seconds }));
    boards.push({
      dashboard: dashboard.title ?? '',
      queries: queries.length,
      seconds: sorted.reduce((sum, { seconds }) => sum + seconds, 0),
      panels: sorted.toSorted((a, b) => b.seconds - a.seconds),
    });
  }
  process.stderr.write('\n');
  return boards;
}

async function time(
  server: PrometheusServer,
  { text, instant, interval = '0m' }: ListedQuery,
  rangeSeconds: number,
  stepSeconds: number,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    const range = { seconds: rangeSeconds, step: Math.max(stepSeconds, secondsOf(interval)) };
    await server.query(text, instant ? false : range);
    times.push((performance.now() - startedMs) / 1000);
  }
  return Math.min(...times);
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(duration) ?? [];
  return Number(count) * (UNITS[unit] ?? Number.NaN);
}
