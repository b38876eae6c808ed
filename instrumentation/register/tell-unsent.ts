import { tellOperator } from '../../processor/node/tell-operator.ts';

/**
 * `refused`: not taken, or not in time. `asynchronous`: exporters of the full SDK, which send while
 * the loop turns. `joined`: the application's own providers.
 */
export type UnsentReason = 'refused' | 'asynchronous' | 'joined';

/** Why something is left at the end of the process, and what to do about it. */
const WHY: Readonly<Record<UnsentReason, string>> = {
  refused: 'nothing took it in time',
  asynchronous:
    'exporters of the full OpenTelemetry SDK send only while the loop turns: call `await flushTelemetry()` before process.exit()',
  joined:
    "the application's own OpenTelemetry was not flushed: call shutdown() or forceFlush() of its meter provider before the process ends",
};

/**
 * Tells the operator in the last moment of the process what was not sent; without a number of calls
 * that it was other telemetry. Never throws.
 */
export function tellUnsent(calls: number, reason: UnsentReason): void {
  const what = calls === 0 ? 'telemetry' : `${calls} ${calls === 1 ? 'call' : 'calls'}`;
  tellOperator(`the process ended with ${what} unsent, because ${WHY[reason]}.`);
}
