import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { runChild } from '../support/run-child.ts';
import { repositoryRoot } from '../support/temp-app.ts';

const folder = join(repositoryRoot, 'grafana');

function read(path: string): unknown {
  return parse(readFileSync(join(folder, path), 'utf8'));
}

interface Compose {
  readonly services: {
    readonly lgtm: {
      readonly image: string;
      readonly volumes: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    };
  };
}

interface Datasources {
  readonly datasources: readonly { readonly uid: string }[];
}

interface GrafanaAlerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly uid: string;
      readonly title: string;
      readonly condition: string;
      readonly data: readonly { readonly refId: string; readonly datasourceUid: string }[];
    }[];
  }[];
}

describe('grafana/compose.yaml', () => {
  const { lgtm } = (read('compose.yaml') as Compose).services;
  const mounts = lgtm.volumes.map((volume) => volume.split(':') as [string, string]);

  const at = (source: string) => mounts.find(([from]) => from === source)?.[1];

  it('pins its image, mounts what exists, and keeps 90 days', () => {
    expect(lgtm.image).toMatch(/:\d+\.\d+\.\d+$/);
    const sources = mounts.map(([source]) => source).filter((source) => source.startsWith('.'));
    expect(sources.filter((source) => !existsSync(join(folder, source)))).toEqual([]);
    expect(mounts).toContainEqual(['data', '/data']);
    expect(lgtm.environment['PROMETHEUS_EXTRA_ARGS']).toBe('--storage.tsdb.retention.time=90d');
  });

  it('mounts rules, dashboards and the home page where they are looked for', () => {
    const { rule_files: rules } = read('prometheus.yaml') as { rule_files: string[] };
    expect(rules).toEqual([`${at('./generated/otlp/rules')}/*.yml`]);
    const { providers } = read('provisioning/dashboards/costspan.yaml') as {
      providers: { options: { path: string } }[];
    };
    const dashboards = at('./generated/otlp/dashboards');
    expect(providers[0]?.options.path).toBe(dashboards);
    const home = lgtm.environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    expect(
      existsSync(home.replace(dashboards ?? '', join(folder, 'generated/otlp/dashboards'))),
    ).toBe(true);
    expect(lgtm.environment['OTELCOL_EXTRA_ARGS']).toBe(
      `--config=file:${at('./collector/lgtm.yaml')}`,
    );
  });
});

describe.each(['otlp', 'scrape', 'utf8'])('the alerts that Grafana evaluates (%s)', (naming) => {
  const path = `generated/${naming}/alerting/costspan.yaml`;
  const rules = (read(path) as GrafanaAlerts).groups.flatMap((group) => group.rules);
  const { groups } = read(`generated/${naming}/rules/costspan.alerts.yml`) as {
    groups: { rules: { alert: string }[] }[];
  };

  it('are those of Prometheus, each with a uid that Grafana takes', () => {
    expect(rules.map(({ title }) => title)).toEqual(
      groups.flatMap((group) => group.rules.map(({ alert }) => alert)),
    );
    const uids = rules.map(({ uid }) => uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.filter((uid) => !/^[\w-]{1,40}$/.test(uid))).toEqual([]);
  });

  it('ask a provisioned datasource, and have nothing that Grafana would take for a variable', () => {
    const known = (read('provisioning/datasources/costspan.yaml') as Datasources).datasources;
    const uids = new Set([...known.map(({ uid }) => uid), '__expr__']);
    expect(
      rules.flatMap(({ data }) => data).filter(({ datasourceUid }) => !uids.has(datasourceUid)),
    ).toEqual([]);
    expect(readFileSync(join(folder, path), 'utf8')).not.toContain('$');
  });
});

describe('the runbooks', () => {
  it('are one page for each alert', () => {
    const { groups } = read('generated/otlp/rules/costspan.alerts.yml') as {
      groups: { rules: { alert: string; annotations: { runbook_url: string } }[] }[];
    };
    for (const { alert, annotations } of groups.flatMap((group) => group.rules)) {
      const text = readFileSync(join(repositoryRoot, annotations.runbook_url), 'utf8');
      expect(text).toMatch(new RegExp(`^# ${alert}\n[^]*\n## Look\n[^]*\n## Do\n`));
      for (const [, link = ''] of text.matchAll(/\]\(([\w-]+\.md)\)/g)) {
        expect(existsSync(join(repositoryRoot, 'docs/runbooks', link)), link).toBe(true);
      }
    }
  });
});

describe('npm run stack', () => {
  it('says in a sentence what to do where there is no Docker', async () => {
    const { code, stdout, stderr } = await runChild(join(repositoryRoot, 'scripts/stack.ts'), {
      env: { PATH: '/nowhere' },
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^npm run stack needs a running Docker with compose: .*\.\n$/);
  });
});
