import { type CallPipeline, createCallPipeline } from './call-pipeline.ts';
import type { OutcomeInput } from '../governance/outcomes/outcome-recorder.ts';

let current: CallPipeline | undefined;
let given: CallPipeline | undefined;

/** The pipeline of this process; made with default settings if nobody has set one. */
export function processPipeline(): CallPipeline {
  return (current ??= createCallPipeline());
}

/** Makes `pipeline` the one of this process: the wiring's, made from the configuration. */
export function setProcessPipeline(pipeline: CallPipeline | undefined): void {
  current = pipeline;
  given = pipeline;
}

/** The one that {@link setProcessPipeline} was given. */
export function givenPipeline(): CallPipeline | undefined {
  return given;
}

/**
 * Records a business outcome: in the run that is going on, or later with the handle of one. Counts
 * once for each `id`. Never throws: what is wrong with it is said in OpenTelemetry's diagnostics.
 *
 * ```ts
 * recordOutcome({ name: 'ticket-resolved', status: 'success', valueUsd: 12.5 });
 * ```
 */
export function recordOutcome(outcome: OutcomeInput): void {
  processPipeline().runs.recordOutcome(outcome);
}

/**
 * Aborts when a limit under `agents` stops the run going on now, at the latest when its
 * `maxDurationSeconds` are over; the reason is the `AgentLimitError`. Pass it to the SDK so that
 * calls in flight end too: they are still counted, with what they have used. Outside of a run it
 * never aborts.
 *
 * ```ts
 * await openai.chat.completions.create(body, { signal: currentRunSignal() });
 * ```
 */
export function currentRunSignal(): AbortSignal {
  return processPipeline().runs.signal();
}

/**
 * Text that stands for the run going on now, for {@link recordOutcome} in another process or on
 * another day. Holds the run's id and its attribution, never the user.
 */
export function currentRunHandle(): string {
  return processPipeline().runs.handle();
}
