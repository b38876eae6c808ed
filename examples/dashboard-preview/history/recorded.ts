import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

const DAY = 86_400;
const STEP = 1800;
const HOUR = 3600;
/** What the rules leave to late exports after the end of an hour. */
const SETTLED = 120;

/**
 * The recording rules of `files` in levels: a rule stands above those that it reads. Prometheus would
 * need weeks to record a month; a level is evaluated over the past at once instead.
 */
export async function ruleLevels(files: readonly string[]): Promise<readonly (readonly Rule[])[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const rules = texts
    .flatMap((text) => (parse(text) as { groups: { rules: readonly (Rule | Alert)[] }[] }).groups)
    .flatMap((group) => group.rules)
    .map((rule) => ('alert' in rule ? firingSeries(rule) : rule));
  const reads = ({ expr }: Rule, { record }: Rule): boolean =>
    new RegExp(`${record}(?![\\w:])`).test(expr);
  // The hours are recorded by what is remembered of them; history is made where nothing is yet.
  const hours = rules.filter(isHour);
  const levels: Rule[][] = hours.length === 0 ? [] : [hours];
  let left = rules.filter((rule) => !isHour(rule));
  while (left.length > 0) {
    const level = left.filter(
      (rule) => !left.some((other) => other !== rule && reads(rule, other)),
    );
    if (level.length === 0) throw new Error('Recording rules that read each other.');
    levels.push(level);
    left = left.filter((rule) => !level.includes(rule));
  }
  return levels;
}

function isHour({ record }: Rule): boolean {
  return record.endsWith(':hour');
}

/** What has come since the last hour is asked for at the end alone, as only that is shown. */
function isRunning({ record }: Rule): boolean {
  return record.endsWith(':running');
}

/** The series that Prometheus keeps of an alert, as if it fired without the wait of its `for`. */
function firingSeries({ alert, expr, labels }: Alert): Rule {
  return {
    record: 'ALERTS',
    expr: `(${expr}) * 0 + 1`,
    labels: { ...labels, alertname: alert, alertstate: 'firing' },
  };
}

/** What the rules of one level would have recorded in the `days` before `end`, as OpenMetrics. */
export async function* evaluate(
  url: string,
  rules: readonly Rule[],
  end: number,
  days: number,
): AsyncGenerator<string> {
  for (const rule of rules) {
    for (const [from, to, step] of spansOf(rule, end, days)) {
      for (const result of await queryRange(url, rule.expr, from, to, step)) {
        yield linesOf(rule, result);
      }
    }
  }
  yield '# EOF\n';
}

type Span = readonly [from: number, to: number, step: number];

function spansOf(rule: Rule, end: number, days: number): readonly Span[] {
  const start = Math.ceil((end - days * DAY) / HOUR) * HOUR;
  // Months are compared with those before.
  if (isHour(rule)) return [[start - days * DAY + SETTLED, end, HOUR]];
  if (isRunning(rule)) return [[end, end, HOUR]];
  // `@ end()` means the time of the evaluation, so such a rule is evaluated day by day.
  const spans = rule.expr.includes('@ end()') ? daysBetween(start, end) : [[start, end] as const];
  // At the full hour itself the rules still count the hour before.
  return spans.map(([from, to]) => [from + SETTLED, to, STEP]);
}

/** Whole days (UTC), without the midnight that belongs to the next one. */
function daysBetween(start: number, end: number): readonly (readonly [number, number])[] {
  const midnights = Array.from(
    { length: Math.ceil((end - start) / DAY) + 1 },
    (_, index) => (Math.floor(start / DAY) + index) * DAY,
  );
  return midnights
    .map((from) => [Math.max(from, start), Math.min(from + DAY - STEP, end)] as const)
    .filter(([from, to]) => from + SETTLED <= to);
}

function linesOf({ record, labels }: Rule, { metric, values }: Result): string {
  const { __name__: _, ...own } = metric;
  const pairs = Object.entries({ ...own, ...labels }).map(([name, value]) => {
    const label = /^\w+$/.test(name) ? name : `"${name}"`;
    return `${label}=${JSON.stringify(value)}`;
  });
  return values.map(([time, value]) => `${record}{${pairs.join(',')}} ${value} ${time}\n`).join('');
}

async function queryRange(
  url: string,
  query: string,
  start: number,
  end: number,
  step: number,
): Promise<readonly Result[]> {
  const body = new URLSearchParams({
    query,
    start: String(start),
    end: String(end),
    step: String(step),
  });
  const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data: { result: readonly Result[] };
  };
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${query}`);
  return answer.data.result;
}
