import { stringify } from 'yaml';

import type { Naming } from '../names.ts';
import { annotationsOf, type Places } from './annotations.ts';
import { type Owner, ownerLabel } from './owners.ts';
import { labelPath } from './label-path.ts';
import type { AlertRule, Duration, RecordingRule, RuleGroup, Template } from './rule.ts';

export interface RuleFileOptions extends Places {
  readonly naming: Naming;
  readonly owners: readonly Owner[];
}

/** A rule file of Prometheus with recording rules. */
export function recordingFile(
  header: string,
  groups: readonly (RuleGroup<RecordingRule> & { readonly interval?: Duration })[],
): string {
  return write(header, groups);
}

/** A rule file of Prometheus with alert rules. */
export function alertFile(
  header: string,
  { name, rules }: RuleGroup<AlertRule>,
  options: RuleFileOptions,
): string {
  return write(header, [
    {
      name,
      rules: rules.map((rule) => ({
        alert: rule.alert,
        expr: rule.expr,
        ...(rule.for === undefined ? {} : { for: rule.for }),
        labels: {
          severity: rule.severity,
          audience: rule.audience,
          ...ownerLabel(rule, options.owners, options.naming),
        },
        annotations: annotationsOf(rule, options, (template) =>
          prometheusText(template, options.naming),
        ),
      })),
    },
  ]);
}

/** No dollar sign: Grafana would expand it, and both systems reach labels without. */
function prometheusText(template: Template, naming: Naming): string {
  return template({
    label: (name) => `{{ ${labelPath(name, naming)} }}`,
    encoded: (name) => `{{ ${labelPath(name, naming)} | urlquery }}`,
    value: (format) =>
      format.startsWith('printf') ? `{{ ${format} .Value }}` : `{{ .Value | ${format} }}`,
  });
}

function write(header: string, groups: readonly object[]): string {
  const comment = header
    .split('\n')
    .map((line) => `# ${line}\n`)
    .join('');
  return comment + stringify({ groups }, { lineWidth: 100, aliasDuplicateObjects: false });
}
