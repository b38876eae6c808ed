/** The first version of `@opentelemetry/sdk-trace-base` that says that a span is about to end. */
export const FIRST_WITH_ON_ENDING = '2.3.0';

/** What a span gets at its end and on older versions gets late, in words of one sentence. */
const LATE =
  'price, cost, attribution, depth and run totals (gen_ai.usage.cost.*, costspan.*) and the newest gen_ai.* names';

/** Why attributes come late, and what to do, in one sentence that begins with who tells late. */
export function lateAttributes(who: string): string {
  return `${who} of a span only once it has ended, so metrics, ledger and budgets are booked then, and ${LATE} come late on spans of other instrumentations: processors that stand before CostspanProcessor, or copy spans before it has its turn, do not see them. Put CostspanProcessor first, and upgrade to @opentelemetry/sdk-trace-base ${FIRST_WITH_ON_ENDING} or newer.`;
}
