import { stringify } from 'yaml';

import type { Naming } from '../names.ts';
import { DASHBOARD_UIDS, panelId } from '../panels/boards.ts';
import { annotationsOf, runbookName } from './annotations.ts';
import { ownerLabel } from './owners.ts';
import { labelPath } from './label-path.ts';
import type { RuleFileOptions } from './prometheus-file.ts';
import type { AlertRule, RuleGroup, Template } from './rule.ts';

/** Uid of the Prometheus of `grafana/provisioning/datasources`. */
const PROMETHEUS_UID = 'prometheus';

/**
 * The same alerts as a provisioning file of Grafana, which evaluates them itself. It has rules
 * alone: a notification policy would replace the user's whole tree.
 *
 * @see https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/
 */
export function grafanaAlertFile(
  header: string,
  { name, rules }: RuleGroup<AlertRule>,
  options: RuleFileOptions,
): string {
  const file = {
    apiVersion: 1,
    groups: [
      {
        orgId: 1,
        name,
        folder: 'Costspan',
        interval: '1m',
        rules: rules.map((rule) => provisioned(rule, options)),
      },
    ],
  };
  return `# ${header.replaceAll('\n', '\n# ')}\n${stringify(file, { lineWidth: 100, aliasDuplicateObjects: false })}`;
}

function provisioned(rule: AlertRule, options: RuleFileOptions): object {
  const { naming } = options;
  const [board, title] = rule.panel;
  return {
    uid: `costspan-${runbookName(rule.alert).replace('.md', '')}`,
    title: rule.alert,
    condition: 'B',
    data: [
      {
        refId: 'A',
        relativeTimeRange: { from: 600, to: 0 },
        datasourceUid: PROMETHEUS_UID,
        model: { refId: 'A', expr: rule.expr, instant: true, range: false },
      },
      {
        refId: 'B',
        relativeTimeRange: { from: 600, to: 0 },
        datasourceUid: '__expr__',
        model: {
          refId: 'B',
          type: 'threshold',
          expression: 'A',
          // What the expression returns is to alert, and none of its values is negative.
          conditions: [{ evaluator: { type: 'gt', params: [-1] } }],
        },
      },
    ],
    // Nothing returned is nothing to alert about.
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for ?? '0s',
    annotations: {
      ...annotationsOf(rule, options, (template) => grafanaText(template, naming)),
      // How Grafana itself knows the panel of an alert.
      __dashboardUid__: DASHBOARD_UIDS[board],
      __panelId__: String(panelId(title)),
    },
    labels: {
      severity: rule.severity,
      audience: rule.audience,
      ...ownerLabel(rule, options.owners, naming),
    },
  };
}

function grafanaText(template: Template, naming: Naming): string {
  return template({
    label: (name) => `{{ ${labelPath(name, naming)} }}`,
    encoded: (name) => `{{ ${labelPath(name, naming)} | urlquery }}`,
    value: (format) =>
      format.startsWith('printf')
        ? `{{ ${format} .Values.A.Value }}`
        : `{{ .Values.A.Value | ${format} }}`,
  });
}
