import { panelLink } from '../panels/boards.ts';
import type { AlertRule, Template } from './rule.ts';

/** Where an alert leads to, besides its traces. */
export interface Places {
  /** What `runbook_url` begins with: where `docs/runbooks` can be read, with its last slash. */
  readonly runbooks: string;
  /** What links to panels begin with: the address of Grafana, without a slash at its end. */
  readonly grafana: string;
}

/** The annotations of an alert, in the words of a system's templates. */
export function annotationsOf(
  rule: AlertRule,
  { runbooks, grafana }: Places,
  render: (template: Template) => string,
): Record<string, string> {
  const { alert, summary, meaning, traces } = rule;
  return {
    summary: render(summary),
    description: meaning.replaceAll('`', ''),
    ...(traces === undefined ? {} : { traceql: render(traces) }),
    panel_url: `${grafana}${render(panelOf(rule))}`,
    runbook_url: `${runbooks}${runbookName(alert)}`,
  };
}

/** The panel that draws it, of the alert's own team, workflow, environment or budget. */
function panelOf({ panel: [board, title], scope = [] }: AlertRule): Template {
  return ({ encoded }) =>
    panelLink(board, title) +
    scope.map(({ name, attribute }) => `&var-${name}=${encoded(attribute)}`).join('');
}

/** `CostspanSpendSpike` has its page in `spend-spike.md`. */
export function runbookName(alert: string): string {
  const words = alert.replace(/^Costspan/, '').match(/[A-Z][a-z]*/g) ?? [];
  return `${words.join('-').toLowerCase()}.md`;
}
