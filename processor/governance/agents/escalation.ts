import type { Attribution } from '../../../conventions/index.ts';
import type { AgentLimitError } from '../budgets/budget-errors.ts';
import { describeError } from '../../../conventions/error-text.ts';
import { warnOnce } from '../../../conventions/warn-once.ts';

/** A run that a limit has stopped, for whoever takes over. */
export interface AgentEscalation {
  readonly runId: string;
  /** What the stopped call or tool is refused with; holds the limit and what the run has used. */
  readonly error: AgentLimitError;
  /** Whose run it is. */
  readonly attribution: Attribution;
}

export type EscalationHandler = (escalation: AgentEscalation) => unknown;

const handlers = new Set<EscalationHandler>();

/**
 * Calls `handler` once for each limit that stops a run, so that a person can take over. Returns a
 * function that takes the handler away. What the handler throws, or rejects with, is said in
 * OpenTelemetry's diagnostics and changes nothing.
 *
 * ```ts
 * onEscalate(({ runId, error }) => handOver(runId, error.message));
 * ```
 */
export function onEscalate(handler: EscalationHandler): () => void {
  handlers.add(handler);
  return () => {
    handlers.delete(handler);
  };
}

/** Never throws, and waits for nothing. */
export function escalate(escalation: AgentEscalation): void {
  for (const handler of handlers) {
    try {
      Promise.resolve(handler(escalation)).catch(tell);
    } catch (error) {
      tell(error);
    }
  }
}

function tell(error: unknown): void {
  warnOnce('onEscalate', `a handler of onEscalate failed: ${describeError(error)}`);
}
