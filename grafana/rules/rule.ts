import type { BoardKey } from '../panels/boards.ts';
import type { ScopeVariable } from '../queries/scope.ts';

/** What Prometheus and Grafana are told, before either's file format. */

/** A duration as Prometheus writes it: `5m`, `1h`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

export interface RecordingRule {
  readonly record: `${string}:${string}`;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Severity = 'info' | 'warning' | 'critical';

/** Who acts on it: whoever runs the service, or whoever answers for the money. */
export type Audience = 'sre' | 'finops';

export interface AlertRule {
  readonly alert: `Costspan${string}`;
  /** What it means, in a sentence for the table of docs/alerts.md. */
  readonly meaning: string;
  /** When it fires, in words. */
  readonly threshold: string;
  readonly expr: string;
  /** How long the expression must hold. Default: no time. */
  readonly for?: Duration;
  readonly severity: Severity;
  readonly audience: Audience;
  readonly summary: Template;
  /** TraceQL that finds the calls or runs behind it. */
  readonly traces?: Template;
  /** Where it is drawn: the title of a panel, and its board. */
  readonly panel: readonly [board: BoardKey, title: string];
  /** Labels of the alert that are variables of the board. */
  readonly scope?: readonly ScopeVariable[];
}

/** Text of an annotation; both systems have Go templates, but reach labels and values differently. */
export type Template = (part: {
  /** The label of an attribute or, for names without a dot, the label itself. */
  readonly label: (name: string) => string;
  /** The label as a part of a URL. */
  readonly encoded: (name: string) => string;
  /** The value of the expression, by a function of the template language. */
  readonly value: (
    format: 'humanizePercentage' | 'humanizeDuration' | `printf "%${string}"`,
  ) => string;
}) => string;

export interface RuleGroup<Rule> {
  readonly name: string;
  readonly rules: readonly Rule[];
}
