import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithPrograms } from '../support/programs.ts';
import { repositoryRoot } from '../support/temp-app.ts';

const folder = join(repositoryRoot, 'grafana');

describeWithPrograms('grafana/compose.yaml for docker-compose', ['docker-compose'], (programs) => {
  it('is valid, without an engine', () => {
    const text = execFileSync(
      programs['docker-compose'],
      ['-f', join(folder, 'compose.yaml'), 'config'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    expect(text).toContain('grafana/otel-lgtm');
  });
});

describeWithPrograms('grafana/prometheus.yaml', ['promtool3'], ({ promtool3 }) => {
  it('is a configuration of Prometheus 3', () => {
    const args = ['check', 'config', '--syntax-only', join(folder, 'prometheus.yaml')];
    expect(execFileSync(promtool3, args, { encoding: 'utf8' })).toContain('SUCCESS');
  });

  it.each(['otlp', 'scrape', 'utf8'])('finds nothing wrong with the rules for %s', (naming) => {
    const files = ['recording', 'budgets', 'alerts'].map((name) =>
      join(folder, 'generated', naming, 'rules', `costspan.${name}.yml`),
    );
    expect(() =>
      execFileSync(promtool3, ['check', 'rules', '--lint-fatal', ...files], { stdio: 'pipe' }),
    ).not.toThrow();
  });
});

describeWithPrograms('the configurations of a Collector', ['collector'], ({ collector }) => {
  // What the one in the image has: its receivers and exporters are what ours name.
  const stock = `yaml:${JSON.stringify({
    receivers: { otlp: { protocols: { http: {} } } },
    exporters: {
      'otlp_http/metrics': { endpoint: 'http://127.0.0.1:9090/api/v1/otlp' },
      'otlp_http/traces': { endpoint: 'http://127.0.0.1:4418' },
    },
    service: {
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['otlp_http/traces'] },
        metrics: { receivers: ['otlp'], exporters: ['otlp_http/metrics'] },
      },
    },
  })}`;

  it.each([
    ['config.yaml', []],
    ['lgtm.yaml', [`--config=${stock}`]],
  ])('%s is valid', (name, before) => {
    const args = ['validate', ...before, `--config=${join(folder, 'collector', name)}`];
    expect(() => execFileSync(collector, args, { stdio: 'pipe' })).not.toThrow();
  });
});
