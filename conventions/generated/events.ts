/*
 * Generated from conventions/registry/*.yaml and conventions/upstream/gen-ai.yaml
 * by `npm run generate`. Do not edit.
 *
 * Upstream names:
 * https://github.com/open-telemetry/semantic-conventions-genai at 024a4f944a1291fcb627c9c47da69e79868dd15e
 * https://github.com/open-telemetry/semantic-conventions at v1.44.0
 */

/** A booked call, one row of the ledger. */
export const EVENT_COSTSPAN_CALL = 'costspan.call' as const;

/** A limit stopped a run. */
export const EVENT_COSTSPAN_AGENT_STOP = 'costspan.agent.stop' as const;

/** A run does something unusual, and goes on. */
export const EVENT_COSTSPAN_AGENT_ALERT = 'costspan.agent.alert' as const;

/** A business outcome that the application recorded. */
export const EVENT_COSTSPAN_OUTCOME = 'costspan.outcome' as const;

/** A budget has reached a share of its limit, told once a period in the whole fleet. */
export const EVENT_COSTSPAN_BUDGET_ALERT = 'costspan.budget.alert' as const;

/** Everything about one call, content included, as a log record. */
export const EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS = 'gen_ai.client.inference.operation.details' as const;

/** An exception that ended a call. */
export const EVENT_GEN_AI_CLIENT_OPERATION_EXCEPTION = 'gen_ai.client.operation.exception' as const;

/** The result of an evaluation of a response. */
export const EVENT_GEN_AI_EVALUATION_RESULT = 'gen_ai.evaluation.result' as const;
