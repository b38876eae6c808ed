import { ATTR_COSTSPAN_REQUEST_TYPE, ATTR_COSTSPAN_WORKFLOW } from '../../conventions/index.ts';
import type { Matcher, PromQL } from '../queries/promql.ts';
import { HOURLY, type HourlyKind, HOURS_UNTIL, RECORDED_WITHIN } from '../queries/recorded.ts';
import type { RecordingRule } from './rule.ts';

/** Work that is known to happen once: it is spent, but nothing is expected of it. */
export interface OneOffs {
  readonly workflows: readonly string[];
  readonly requestTypes: readonly string[];
}

/** Everything but one-offs. */
export function exceptOneOffs({ workflows, requestTypes }: OneOffs): readonly Matcher[] {
  const lists = [
    [ATTR_COSTSPAN_WORKFLOW, workflows],
    [ATTR_COSTSPAN_REQUEST_TYPE, requestTypes],
  ] as const;
  return lists.flatMap(([attribute, values]) =>
    values.length === 0 ? [] : [[attribute, '!~', values.map(literal).join('|')] as const],
  );
}

/** Text as a regular expression of Prometheus. */
export function literal(text: string): string {
  return text.replaceAll(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);
}

/** What the usual day of something is judged by. */
export interface Subject {
  readonly kind: HourlyKind;
  readonly by: readonly string[];
  readonly matchers: readonly Matcher[];
}

/** A minute less: Prometheus 2 counts the samples at both ends of a window. */
const DAY = '1439m';
const SEVEN_DAYS = '10079m';

const WEEK = 'costspan:usual_week';
const PEAK = 'costspan:usual_peak_day';
const PEAK_BEFORE = 'costspan:usual_peak_day:before';
/** How long it has been known, in days, at most seven. */
export const USUAL_DAYS = 'costspan:usual_days';
/** What a day of it comes to. */
export const USUAL_DAY = 'costspan:usual_day';

/** At each full hour, what the hour that ended then came to. */
export function hourEnding(p: PromQL, { kind, by, matchers }: Subject): string {
  const hours = p.recorded(HOURLY[kind].hour, matchers);
  return p.sumBy(by, `sum_over_time(${hours}[1h] offset -${RECORDED_WITHIN}m)`);
}

/** Days since the first hour of it, at most seven; what began an hour ago has no day to be judged by. */
export function ageInDays(p: PromQL, subject: Subject): string {
  const first = `min_over_time(((${hourEnding(p, subject)} > 0) * 0 + time())[15d:1h])`;
  const days = `(scalar(${HOURS_UNTIL}) - ${first}) / 86400 + 1 / 24`;
  return `clamp_min(clamp_max(${days}, 7), 0.25)`;
}

/** A week of it, its greatest day, that of the week before, and its age. */
export function historyRules(
  p: PromQL,
  subject: Subject,
  labels: Readonly<Record<string, string>> = {},
): RecordingRule[] {
  const hours = p.recorded(HOURLY[subject.kind].hour, subject.matchers);
  const over = (window: string) => p.sumBy(subject.by, `sum_over_time(${hours}[${window}])`);
  const peak = (offset = '') => `max_over_time((${over(DAY)})[6d:1h]${offset})`;
  return [
    { record: WEEK, expr: over(SEVEN_DAYS), labels },
    { record: PEAK, expr: peak(), labels },
    { record: PEAK_BEFORE, expr: peak(' offset 7d'), labels },
    { record: USUAL_DAYS, expr: ageInDays(p, subject), labels },
  ];
}

/**
 * The mean of a week, whose weekdays and weekends balance, or of the days since the beginning. A day
 * far above all others that the week before did not have is taken for one of a kind, such as the
 * first of a month: it is not what comes next.
 */
export function usualDayRule(): RecordingRule {
  const others = `(${WEEK} - ${PEAK}) / (${USUAL_DAYS} - 1)`;
  const once = `${others} and ${USUAL_DAYS} >= 2 and ${PEAK} > 3 * ${others} unless 2 * ${PEAK_BEFORE} >= ${PEAK}`;
  return { record: USUAL_DAY, expr: `${once} or ${WEEK} / ${USUAL_DAYS}` };
}
