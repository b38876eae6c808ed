/** The label by which the sidecar of Grafana's Helm chart finds dashboards. */
const SIDECAR_LABEL = 'grafana_dashboard';

interface ConfigMap {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}

/**
 * A dashboard, in either schema, as a ConfigMap that the sidecar of Grafana's Helm chart loads. One
 * a dashboard, as a ConfigMap holds at most a mebibyte.
 */
export function dashboardConfigMap(uid: string, dashboard: object): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: uid,
      labels: { [SIDECAR_LABEL]: '1' },
      annotations: { grafana_folder: 'Costspan' },
    },
    data: { [`${uid}.json`]: JSON.stringify(dashboard) },
  };
}
