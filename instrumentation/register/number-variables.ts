import { type Environment, shown, text } from './environment-text.ts';

/** Node fires a timer of any longer span at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

export type NumberVariable =
  | `OTEL_METRIC_EXPORT_${'INTERVAL' | 'TIMEOUT'}`
  | `OTEL_${'BSP' | 'BLRP'}_${'SCHEDULE_DELAY' | 'EXPORT_TIMEOUT' | 'MAX_QUEUE_SIZE' | 'MAX_EXPORT_BATCH_SIZE'}`
  | `OTEL_${'SPAN_' | ''}ATTRIBUTE_${'COUNT' | 'VALUE_LENGTH'}_LIMIT`
  | `OTEL_${'SPAN_EVENT' | 'SPAN_LINK' | 'EVENT_ATTRIBUTE' | 'LINK_ATTRIBUTE'}_COUNT_LIMIT`
  | 'OTEL_TRACES_SAMPLER_ARG';

interface Bounds {
  readonly least: number;
  readonly most?: number;
  /** What is used where the variable holds no such number, as it is told. */
  readonly otherwise: string;
}

/** The `OTEL_*` variables that hold a number. */
const NUMBERS: Readonly<Record<NumberVariable, Bounds>> = {
  OTEL_METRIC_EXPORT_INTERVAL: { least: 1, otherwise: '60000' },
  OTEL_METRIC_EXPORT_TIMEOUT: { least: 1, otherwise: '30000' },
  OTEL_BSP_SCHEDULE_DELAY: { least: 0, otherwise: '5000' },
  OTEL_BSP_EXPORT_TIMEOUT: { least: 1, otherwise: '30000' },
  OTEL_BSP_MAX_QUEUE_SIZE: { least: 1, otherwise: '2048' },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { least: 1, otherwise: '512' },
  OTEL_BLRP_SCHEDULE_DELAY: { least: 0, otherwise: '1000' },
  OTEL_BLRP_EXPORT_TIMEOUT: { least: 1, otherwise: '30000' },
  OTEL_BLRP_MAX_QUEUE_SIZE: { least: 1, otherwise: '2048' },
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: { least: 1, otherwise: '512' },
  OTEL_TRACES_SAMPLER_ARG: { least: 0, most: 1, otherwise: '1' },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { least: 0, otherwise: '128' },
  OTEL_ATTRIBUTE_COUNT_LIMIT: { least: 0, otherwise: '128' },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { least: 0, otherwise: 'no limit' },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { least: 0, otherwise: 'no limit' },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { least: 0, otherwise: '128' },
  OTEL_SPAN_LINK_COUNT_LIMIT: { least: 0, otherwise: '128' },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { least: 0, otherwise: '128' },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { least: 0, otherwise: '128' },
};

/** The number that `name` holds; `undefined` when it is not set or is none that can be used. */
export function readNumber(env: Environment, name: NumberVariable): number | undefined {
  const asked = text(env, name);
  return asked === undefined ? undefined : usable(asked, NUMBERS[name]);
}

/** One sentence for each variable that is set to what can't be used. */
export function numberNotes(env: Environment): string[] {
  const notes: string[] = [];
  for (const [name, bounds] of Object.entries<Bounds>(NUMBERS)) {
    const asked = text(env, name);
    if (asked === undefined || usable(asked, bounds) !== undefined) continue;
    const { least, most = LONGEST_TIMER_MS, otherwise } = bounds;
    notes.push(
      `${name}=${shown(asked)} is no number from ${least} to ${most}; ${otherwise} is used.`,
    );
  }
  return [...notes, ...orderNotes(env)];
}

function usable(asked: string, { least, most = LONGEST_TIMER_MS }: Bounds): number | undefined {
  const value = Number(asked);
  return value >= least && value <= most ? value : undefined;
}

/** Numbers that can't be used together. */
function orderNotes(env: Environment): string[] {
  const notes: string[] = [];
  const interval = readNumber(env, 'OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeout = readNumber(env, 'OTEL_METRIC_EXPORT_TIMEOUT');
  if (timeout !== undefined && timeout > interval) {
    notes.push(
      `OTEL_METRIC_EXPORT_TIMEOUT=${timeout} is longer than the interval of the exports; ${interval} is used.`,
    );
  }
  for (const prefix of ['OTEL_BSP', 'OTEL_BLRP'] as const) {
    const queue = readNumber(env, `${prefix}_MAX_QUEUE_SIZE`) ?? 2048;
    const batch = readNumber(env, `${prefix}_MAX_EXPORT_BATCH_SIZE`);
    if (batch !== undefined && batch > queue) {
      notes.push(
        `${prefix}_MAX_EXPORT_BATCH_SIZE=${batch} is more than the queue holds; ${queue} is used.`,
      );
    }
  }
  return notes;
}
