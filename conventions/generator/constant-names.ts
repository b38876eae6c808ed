/** `gen_ai.usage.input_tokens` → `GEN_AI_USAGE_INPUT_TOKENS`; a value's hyphens and slashes likewise. */
function constantCase(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

interface Constant {
  readonly name: string;
  /** What the constant is made from in place of the name. */
  readonly constant?: string | undefined;
}

/** `costspan.team` → `ATTR_COSTSPAN_TEAM`. */
export function attributeConstant({ name, constant }: Constant): string {
  return `ATTR_${constantCase(constant ?? name)}`;
}

/** `costspan.price.state`, `priced` → `COSTSPAN_PRICE_STATE_VALUE_PRICED`. */
export function memberConstant(attribute: string, id: string): string {
  return `${constantCase(attribute)}_VALUE_${constantCase(id)}`;
}

/** `costspan.cost.usd` → `METRIC_COSTSPAN_COST_USD`. */
export function metricConstant(name: string): string {
  return `METRIC_${constantCase(name)}`;
}

/** `costspan.outcome` → `EVENT_COSTSPAN_OUTCOME`. */
export function eventConstant(name: string): string {
  return `EVENT_${constantCase(name)}`;
}
