import { growthSinceStep } from '../queries/dialect.ts';
import type { PromQL } from '../queries/promql.ts';
import { type Hourly, HOURLY, HOURS_UNTIL, PART_LABEL } from '../queries/recorded.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

/** Exports and pushes of an hour may come so late. */
const SETTLED_SECONDS = 120;

/** After an outage so many hours are caught up with. */
const CAUGHT_UP = '3h:1h';

/** The end of the last hour that an evaluation has recorded, as it is known when the rules run. */
const UNTIL = `last_over_time(${HOURS_UNTIL}[4h] @ end())`;

/**
 * Hours, each once. Prometheus evaluates a group at any minute, skips evaluations while it is down,
 * and knows no calendar; subqueries do: their steps are full hours. So each evaluation records the
 * sum of the hours that ended since the last one that `costspan:hours:until` tells of, mostly none.
 * It is recorded once the hours are, and before `running` reads it.
 */
export function hoursGroup(p: PromQL): RuleGroup<RecordingRule> {
  const all: readonly Hourly[] = Object.values(HOURLY);
  return {
    name: 'costspan-hours',
    rules: [
      ...all.map((hourly) => ({ record: hourly.hour, expr: newHours(p, hourly) })),
      {
        record: HOURS_UNTIL,
        expr: `floor((vector(time()) - ${SETTLED_SECONDS}) / 3600) * 3600`,
      },
      ...all.map((hourly) => ({
        record: hourly.running,
        expr: sinceThen(p, hourly),
        labels: { [PART_LABEL]: 'running' },
      })),
    ],
  };
}

/** Without a memory of its own, at its first evaluation and when history is made, the last hour. */
function newHours(p: PromQL, { metric, by }: Hourly): string {
  const hour = p.sumBy(by, p.spelling.hour(p.select(metric)));
  const since = `${hour} and on () (vector(time()) > on () ${UNTIL})`;
  const settled = `offset ${SETTLED_SECONDS / 60}m`;
  return `sum_over_time((${since})[${CAUGHT_UP}] ${settled}) or (last_over_time((${hour})[1h:1h] ${settled}) unless on () last_over_time(${HOURS_UNTIL}[4h]))`;
}

/** A zero where nothing came after the hour, so that the last value is never an hour that is over. */
function sinceThen(p: PromQL, { metric, hour, by }: Hourly): string {
  const steps = p.sumBy(by, p.spelling.growth(p.select(metric), '5m'));
  const whole = `sum_over_time((${steps} and on () (vector(time()) > on () ${UNTIL}))[2h:5m])`;
  const latest = p.sumBy(by, growthSinceStep(p.select(metric)));
  return `${whole} + ${latest} or ${whole} or ${latest} or 0 * ${p.recorded(hour)}`;
}
