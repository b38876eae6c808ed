import type { AlertRule, Template } from './rule.ts';

/** The annotations of an alert, in the words of a system's templates. */
export function annotationsOf(
  { alert, summary, meaning, traces }: AlertRule,
  runbooks: string,
  render: (template: Template) => string,
): Record<string, string> {
  return {
    summary: render(summary),
    description: meaning.replaceAll('`', ''),
    ...(traces === undefined ? {} : { traceql: render(traces) }),
    runbook_url: `${runbooks}${runbookName(alert)}`,
  };
}

/** `CostspanSpendSpike` has its page in `spend-spike.md`. */
export function runbookName(alert: string): string {
  const words = alert.replace(/^Costspan/, '').match(/[A-Z][a-z]*/g) ?? [];
  return `${words.join('-').toLowerCase()}.md`;
}
