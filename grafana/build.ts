/**
 * Writes the dashboards that Grafana loads, once for each naming. `node grafana/build.ts` writes;
 * with `--check` it writes nothing, names each stale or surplus file and exits with 1.
 */
import { type GeneratedFile, settleGeneratedFiles } from '../scripts/generated-files.ts';
import { buildDashboards } from './dashboards/index.ts';
import { NAMINGS, type Naming } from './names.ts';

function dashboardFiles(naming: Naming): readonly GeneratedFile[] {
  return buildDashboards(naming).map((dashboard) => ({
    path: `grafana/generated/${naming}/dashboards/${dashboard.uid}.json`,
    text: `${JSON.stringify(dashboard, null, 2)}\n`,
  }));
}

// Grafana would go on loading dashboards that nothing writes any more.
settleGeneratedFiles(NAMINGS.flatMap(dashboardFiles), {
  surplus: 'grafana/generated/*/dashboards/*.json',
});
