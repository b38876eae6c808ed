import {
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_COSTSPAN_TEAM,
  ATTR_COSTSPAN_WORKFLOW,
} from '../../conventions/index.ts';
import type { Template } from './rule.ts';

/** `team/workflow`. */
export function who({ label }: Pick<Parameters<Template>[0], 'label'>): string {
  return `${label(ATTR_COSTSPAN_TEAM)}/${label(ATTR_COSTSPAN_WORKFLOW)}`;
}

/** TraceQL of the calls that cost anything, of the alert's own values of these attributes. */
export function dearestCalls(...attributes: readonly string[]): Template {
  // Money needs its decimal point: without it TraceQL would look among whole numbers only.
  return spans([`span.${ATTR_GEN_AI_USAGE_COST_AMOUNT} > 0.0`], attributes);
}

/** TraceQL of the spans for which all of `conditions` hold. */
export function spans(conditions: readonly string[], attributes: readonly string[]): Template {
  return ({ label }) => {
    const all = [...attributes.map((name) => `span.${name} = "${label(name)}"`), ...conditions];
    return `{ ${all.join(' && ')} } | select(span.${ATTR_GEN_AI_REQUEST_MODEL}, span.${ATTR_GEN_AI_USAGE_COST_AMOUNT})`;
  };
}
