import { tellOperator } from './tell-operator.ts';

/** Why something is left. */
export type UnsentReason = 'not taken' | 'needs the loop';

const MEND = {
  'not taken': 'what receives it did not take it in time',
  'needs the loop':
    'its exporters cannot send any more once the loop has ended: call `await flushTelemetry()` before process.exit()',
} as const satisfies Record<UnsentReason, string>;

/** Tells the operator in the last moment of the process what was not sent. Never throws. */
export function tellUnsent(calls: number, reason: UnsentReason): void {
  const what = calls === 0 ? 'telemetry' : `${calls} ${calls === 1 ? 'call' : 'calls'}`;
  tellOperator(`the process ended with ${what} unsent, because ${MEND[reason]}.`);
}
