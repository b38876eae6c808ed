import * as api from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';
import {
  ATTR_COSTSPAN_OUTCOME_ID,
  ATTR_COSTSPAN_OUTCOME_NAME,
  ATTR_COSTSPAN_OUTCOME_QUALITY,
  ATTR_COSTSPAN_OUTCOME_QUANTITY,
  ATTR_COSTSPAN_OUTCOME_STATUS,
  ATTR_COSTSPAN_OUTCOME_VALUE_USD,
  ATTR_COSTSPAN_RUN_ID,
  type Attribution,
  EVENT_COSTSPAN_OUTCOME,
} from '../../../conventions/index.ts';
import { eventAttributes } from '../../engine/attribution/event-attributes.ts';
import { warnOnce } from '../../../conventions/warn-once.ts';
import type { LoopTracker } from '../../engine/loops/loop-tracker.ts';
import type { Place } from '../../engine/loops/place.ts';
import { RecentMap } from '../../engine/loops/recent-map.ts';
import type { CallMetrics } from '../../engine/metrics/call-metrics.ts';
import { METER_NAME } from '../../engine/metrics/metric-names.ts';
import { nudged } from '../../engine/metrics/money.ts';
import { type Outcome, type OutcomeInput, parseOutcome } from './outcome.ts';
import { readRunHandle, type RunReference, writeRunHandle } from './run-handle.ts';

export type { OutcomeInput, OutcomeStatus } from './outcome.ts';

/** Outcome ids remembered. */
const REMEMBERED_OUTCOMES = 10_000;
/** `SeverityNumber.INFO`; the enum is missing from API 1.9. */
const INFO = 9;

/** Counts business outcomes, each once, and emits each as an event of the log signal. */
export class OutcomeRecorder {
  readonly #metrics: CallMetrics;
  readonly #loops: LoopTracker;
  readonly #placeOf: (context: Context) => Place;
  readonly #now: () => number;
  readonly #seen = new RecentMap<true>(REMEMBERED_OUTCOMES);

  constructor(
    metrics: CallMetrics,
    loops: LoopTracker,
    placeOf: (context: Context) => Place,
    now: () => number,
  ) {
    this.#metrics = metrics;
    this.#loops = loops;
    this.#placeOf = placeOf;
    this.#now = now;
  }

  record(input: OutcomeInput, context: Context): void {
    const outcome = parseOutcome(input, this.#now());
    if (typeof outcome === 'string') {
      this.#refuse(outcome);
      return;
    }
    const run = this.#runOf(outcome, context);
    if (run === undefined) {
      this.#refuse(`run of outcome ${outcome.name} is no handle of currentRunHandle()`);
      return;
    }
    if (outcome.id !== undefined) {
      if (this.#seen.get(outcome.id) === true) return;
      this.#seen.set(outcome.id, true);
    }
    const { name, status, quantity, valueUsd } = outcome;
    const values: Attribution =
      outcome.workflow === undefined
        ? run.attribution
        : { ...run.attribution, workflow: outcome.workflow };
    this.#metrics.outcome({ values, name, status, quantity, valueUsd });
    emitEvent(outcome, values, run.runId, context);
  }

  handle(context: Context): string {
    return writeRunHandle(this.#runAround(context));
  }

  #runOf(outcome: Outcome, context: Context): RunReference | undefined {
    if (outcome.run !== undefined) return readRunHandle(outcome.run);
    return this.#runAround(context);
  }

  #runAround(context: Context): RunReference {
    const place = this.#placeOf(context);
    const { scope } = place;
    const runId = this.#loops.runOf(place, this.#now())?.id ?? scope.inboundRun?.id;
    return { runId, attribution: scope.values };
  }

  #refuse(reason: string): void {
    this.#metrics.internalError('outcome');
    warnOnce(`outcome ${reason}`, `an outcome was not recorded: ${reason}`);
  }
}

function emitEvent(
  outcome: Outcome,
  values: Attribution,
  runId: string | undefined,
  context: Context,
): void {
  // The logs API came with version 1.10 of the API; older ones lack the export.
  const { logs } = api as Partial<Pick<typeof api, 'logs'>>;
  if (logs === undefined) return;
  const attributes: Attributes = {
    ...eventAttributes(values),
    [ATTR_COSTSPAN_OUTCOME_NAME]: outcome.name,
    [ATTR_COSTSPAN_OUTCOME_STATUS]: outcome.status,
    [ATTR_COSTSPAN_OUTCOME_QUANTITY]: outcome.quantity,
  };
  if (outcome.valueUsd !== undefined) {
    attributes[ATTR_COSTSPAN_OUTCOME_VALUE_USD] = nudged(outcome.valueUsd);
  }
  if (outcome.quality !== undefined) attributes[ATTR_COSTSPAN_OUTCOME_QUALITY] = outcome.quality;
  if (outcome.id !== undefined) attributes[ATTR_COSTSPAN_OUTCOME_ID] = outcome.id;
  if (runId !== undefined) attributes[ATTR_COSTSPAN_RUN_ID] = runId;
  logs.getLogger(METER_NAME).emit({
    eventName: EVENT_COSTSPAN_OUTCOME,
    severityNumber: INFO,
    // As a number it might be taken for a reading of performance.now().
    timestamp: new Date(outcome.atMs),
    attributes,
    context,
  });
}
