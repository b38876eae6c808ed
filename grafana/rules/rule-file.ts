/** A file of rules or alerts. */
export interface RuleFile {
  /** Relative to the folder of the naming, such as `rules/costspan.alerts.yml`. */
  readonly path: string;
  readonly text: string;
}
