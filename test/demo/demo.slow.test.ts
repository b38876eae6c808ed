import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import { type ListedQuery, listQueries } from '../../grafana/queries/list-queries.ts';
import { samples, startCollector } from '../grafana/collector.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { type ChildResult, repositoryRoot, runChild } from '../support/run-child.ts';
import { until } from '../support/run-program.ts';
import {
  firstScreen,
  OF_THE_HOURS,
  startReceivingPrometheus,
  unanswered,
} from './receiving-prometheus.ts';
import { startScrapedDemo, TOO_YOUNG, UNANSWERED } from './scraped-demo.ts';

const out = join(repositoryRoot, 'out/demo');
const scratch = mkdtempSync(join(tmpdir(), 'costspan-demo-'));

function file(path: string): string {
  return join(repositoryRoot, path);
}

// What is shown imports costspan by its name, which leads to the build.
beforeAll(() => {
  const compiler = file('node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', file('tsconfig.build.json')]);
  execFileSync(process.execPath, [file('scripts/bundle.ts')]);
}, 60_000);

afterAll(() => rmSync(scratch, { recursive: true }));

/**
 * The numbers of the row that starts with `name`, by the title of their column. They are flush
 * right: each ends where its title ends.
 */
function row(output: string, header: string, name: string): Record<string, string> {
  const lines = output.split('\n');
  const titles = lines.find((line) => line.startsWith(header)) ?? '';
  const cells = lines.find((line) => line.trim().startsWith(`${name} `)) ?? '';
  let start = 0;
  const columns = [...titles.matchAll(/\S+(?: \S+)*/g)].map(({ 0: title, index }) => {
    const end = index + title.length;
    const cell = cells.slice(start, end).trim().split(/ {2,}/).at(-1) ?? '';
    start = end;
    return [title, cell];
  });
  return Object.fromEntries(columns) as Record<string, string>;
}

/** Runs an example against a provider of its own: one call, priced and booked once. */
async function priced(path: string): Promise<void> {
  await using provider = await startProviderServer();
  await using sink = await startOtlpSink();
  const { code, stdout, stderr } = await runChild(path, {
    cwd: repositoryRoot,
    env: {
      OPENAI_BASE_URL: provider.openaiUrl,
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_API_KEY: 'example',
      ANTHROPIC_API_KEY: 'example',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('Error') });
  expect(stdout).toContain('Say hello.');
  const calls = sink.spans.filter(({ scope }) => scope.name === 'costspan');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.attributes).toMatchObject({
    'costspan.team': 'support',
    'costspan.workflow': 'greeting',
    'costspan.price.state': 'priced',
    'costspan.usage.source': 'provider',
  });
  const spent = calls[0]?.attributes['gen_ai.usage.cost.amount'];
  expect(spent).toBeGreaterThan(0);
  expect(sink.metricValue('costspan.cost.usd')).toBeCloseTo(Number(spent), 9);
  expect(sink.metricValue('costspan.calls')).toBe(1);
  expect(sink.metricValue('costspan.run.cost.usd')).toBeCloseTo(Number(spent), 9);
}

describe('npm run demo', () => {
  let result: ChildResult;
  const connections = join(scratch, 'connections');

  beforeAll(async () => {
    const preload = pathToFileURL(file('test/demo/record-connections.mjs')).href;
    result = await runChild(file('examples/demo/main.ts'), {
      cwd: repositoryRoot,
      env: { NODE_OPTIONS: `--import=${preload}`, CONNECTIONS_FILE: connections },
      signal: AbortSignal.timeout(60_000),
    });
  }, 70_000);

  const team = (name: string): Record<string, string> => row(result.stdout, 'team, workflow', name);

  it('ends well and says nothing on standard error', () => {
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('connects to this machine alone', () => {
    const hosts = new Set(readFileSync(connections, 'utf8').trim().split('\n'));
    expect(hosts).toContain('127.0.0.1');
    for (const host of hosts) expect(['127.0.0.1', '::1', 'localhost']).toContain(host);
  });

  it('shows four teams and fourteen workflows', () => {
    const names = [...result.stdout.matchAll(/^ {2}([a-z]+-[a-z]+) /gm)].map(
      ([, name]) => name ?? '',
    );
    expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'answer-question',
      'bug-triage',
      'competitor-watch',
      'data-mining',
      'eval-suite',
      'index-documents',
      'market-report',
      'product-copy',
      'prompt-lab',
      'query-rewrite',
      'reply-draft',
      'site-crawl',
      'ticket-summary',
      'web-research',
    ]);
    expect(team('growth')['calls']).toBe('45');
    expect(team('search')['calls']).toBe('14');
    expect(team('support')['calls']).toBe('36');
    expect(team('labs')['calls']).toBe('29');
    expect(team('total')['calls']).toBe('124');
  });

  it('counts the retries of the storm, and the calls that it cost', () => {
    expect(team('product-copy')).toMatchObject({ calls: '12', failed: '2', retries: '26' });
  });

  it('prices a stream that was cut off by an estimate', () => {
    expect(team('reply-draft')).toMatchObject({ calls: '8', 'cut off': '1', failed: '' });
  });

  it('never shows a missing price as 0', () => {
    expect(team('query-rewrite')).toMatchObject({ unpriced: '328', USD: 'no price' });
  });

  it('finds the depth of every kind of loop', () => {
    expect(team('competitor-watch')['depth']).toBe('6');
    expect(team('bug-triage')['depth']).toBe('4');
    expect(team('market-report')['depth']).toBe('4');
    expect(team('ticket-summary')['depth']).toBe('1');
    expect(team('index-documents')['depth']).toBe('');
  });

  it('tells cached prompts', () => {
    expect(team('ticket-summary')['cache hits']).toBe('87 %');
    expect(team('answer-question')['cache hits']).toBe('77 %');
    expect(team('bug-triage')['cache hits']).toBe('0 %');
  });

  it('books what the worker spends to the team that asked the gateway', () => {
    expect(team('market-report')['calls']).toBe('15');
    expect(result.stdout).not.toContain('unassigned');
  });

  it('adds up to the cent', () => {
    const teams = ['growth', 'labs', 'search', 'support'].map((name) => Number(team(name)['USD']));
    expect(Number(team('total')['USD'])).toBeGreaterThan(0.05);
    expect(teams.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(Number(team('total')['USD']), 5);
  });

  it('shows what the work came to', () => {
    expect(row(result.stdout, 'outcome', 'bug-triaged')).toMatchObject({
      success: '4',
      failure: '1',
    });
    expect(row(result.stdout, 'outcome', 'report-written')).toMatchObject({
      success: '3',
      'value USD': '120.00',
    });
    expect(row(result.stdout, 'outcome', 'reply-sent')).toMatchObject({
      success: '7',
      failure: '',
    });
  });

  it('shows an alert, a budget that holds, an override, a runaway and a paused agent', () => {
    const table = result.stdout.slice(result.stdout.indexOf('workflow with limits'));
    const of = (name: string): Record<string, string> => row(table, 'workflow with', name);
    expect(of('prompt-lab')).toMatchObject({ sent: '7', alerted: '1', 'over budget': '' });
    expect(of('data-mining')).toMatchObject({ sent: '4', 'over budget': '3' });
    expect(of('eval-suite')).toMatchObject({ sent: '6', 'by override': '2', 'over budget': '' });
    expect(of('web-research')).toMatchObject({ sent: '3', 'over limit': '1' });
    expect(of('site-crawl')).toMatchObject({ sent: '3', paused: '2' });
  });

  it('draws one trace across two processes', () => {
    const tree = result.stdout.slice(result.stdout.indexOf('POST /reports'));
    const shape = tree
      .slice(0, tree.indexOf('\n\n'))
      .split('\n')
      .map((line) => line.replace(/ {2,}(gateway|worker).*/, ' ($1)'));
    expect(shape).toEqual([
      'POST /reports (gateway)',
      '└─ invoke_agent (gateway)',
      '   ├─ chat claude-sonnet-5 (gateway)',
      '   ├─ execute_tool find_sources (gateway)',
      '   ├─ chat claude-sonnet-5 (gateway)',
      '   ├─ execute_tool read_source (gateway)',
      '   │  └─ POST /condense (worker)',
      '   │     └─ chat gpt-4o-mini (worker)',
      '   ├─ chat claude-sonnet-5 (gateway)',
      '   ├─ execute_tool draw_chart (gateway)',
      '   └─ chat claude-sonnet-5 (gateway)',
    ]);
  });

  it('holds its own figures against the bill of the provider', () => {
    expect(result.stdout).toMatch(
      /^Self-check: metrics (0\.\d{6}) USD, spans \1 USD; 124 calls, 1 cut off and estimated; [\d,]+ tokens billed, 9 models: all agree\.$/m,
    );
  });

  it('writes what a Collector and a Prometheus would get', () => {
    for (const signal of ['traces', 'metrics', 'logs']) {
      const lines = readFileSync(join(out, `${signal}.json`), 'utf8')
        .trim()
        .split('\n');
      const key = { traces: 'resourceSpans', metrics: 'resourceMetrics', logs: 'resourceLogs' };
      for (const line of lines) expect(line).toContain(key[signal as keyof typeof key]);
    }
    const prometheus = readFileSync(join(out, 'metrics.prom'), 'utf8');
    expect(prometheus).toMatch(/^costspan_cost_usd_total\{job="gateway",/m);
    expect(prometheus).toMatch(/^gen_ai_client_inference_duration_seconds_bucket\{/m);
    const odd = prometheus
      .split('\n')
      .filter((line) => !/^(# (HELP|TYPE) \w+ .*|\w+\{(\w+="[^"]*",?)+\} [\d.e+-]+|)$/.test(line));
    expect(odd).toEqual([]);
  });

  describeWithPrograms('through a real Collector', ['collector'], (programs) => {
    it('is what Prometheus scrapes there', async () => {
      await using tempo = await startOtlpSink();
      await using collector = await startCollector(programs.collector, tempo.url);
      for (const signal of ['metrics', 'traces']) {
        for (const body of readFileSync(join(out, `${signal}.json`), 'utf8')
          .trim()
          .split('\n')) {
          const headers = { 'content-type': 'application/json' };
          const url = `${collector.otlpUrl}/v1/${signal}`;
          expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
        }
      }
      const written = samples(readFileSync(join(out, 'metrics.prom'), 'utf8'));
      let differing: readonly string[] = [];
      await until(
        async () => {
          const response = await fetch(`http://${collector.metricsAddress}/metrics`);
          const exposed = samples(await response.text(), /^otel_scope_/);
          differing = [...written]
            .filter(([series, value]) => exposed.get(series) !== value)
            .map(([series, value]) => `${series}: ${value}, but there ${exposed.get(series)}`);
          return differing.length === 0 ? true : undefined;
        },
        () => differing.join('\n'),
        15_000,
      );
      expect(written.size).toBeGreaterThan(500);
    }, 60_000);
  });
});

describeWithPrograms('the demo, scraped', ['prometheus', 'promtool'], (programs) => {
  const queries = listQueries(buildDashboards('scrape', 'prometheus-2')).filter(
    ({ language }) => language === 'promql',
  );
  const unasked = [...Object.values(UNANSWERED), ...Object.values(TOO_YOUNG)].flat();

  it('answers the queries of every panel and variable', async () => {
    await using demo = await startScrapedDemo(programs);
    const { prometheus } = demo;
    let empty: readonly ListedQuery[] = queries;
    await until(
      async () => {
        const still: ListedQuery[] = [];
        // Those without an answer are asked as well: each has to be understood.
        for (const query of empty) {
          const series = await prometheus.query(query.text, !query.instant);
          if (!series.some(({ value }) => Number.isFinite(value))) still.push(query);
        }
        empty = still;
        return empty.every(({ place }) => unasked.includes(place)) ? true : undefined;
      },
      () =>
        empty
          .filter(({ place }) => !unasked.includes(place))
          .map(({ place, text }) => `No data: ${place}: ${text}`)
          .join('\n'),
    );
    const [usd] = await prometheus.query('sum(costspan_cost_usd_total)');
    const [growth] = await prometheus.query('sum(increase(costspan_cost_usd_total[1h]))');
    const [services] = await prometheus.query('count(group by (job) (costspan_calls_total))');
    expect(services?.value).toBe(7);
    expect(growth?.value).toBeGreaterThan(0);
    const rules = readdirSync(join(out, 'rules')).map((name) =>
      readFileSync(join(out, 'rules', name), 'utf8'),
    );
    expect(rules.length).toBe(3);
    expect(rules.join('')).not.toMatch(/interval: \d+m/);
    const { code, stdout, stderr } = await demo.end();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `Self-check: metrics ${usd?.value.toFixed(6)} USD, spans ${usd?.value.toFixed(6)} USD; 124 calls`,
    );
  }, 180_000);

  it('leaves out no query that is not there', () => {
    const places = new Set(queries.map(({ place }) => place));
    expect(unasked.filter((place) => !places.has(place))).toEqual([]);
    // A list that grows hides what it was to find.
    expect(Object.values(UNANSWERED).flat().length).toBeLessThan(8);
  });
});

describeWithPrograms(
  'the demo, sent to a Prometheus',
  ['prometheus3', 'promtool3'],
  ({ prometheus3, promtool3 }) => {
    it('costs on the board what it costs by its own check, to the cent', async () => {
      await using prometheus = await startReceivingPrometheus(prometheus3, promtool3);
      const { code, stdout } = await runChild(file('examples/demo/main.ts'), {
        cwd: repositoryRoot,
        env: {
          OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${prometheus.url}/api/v1/otlp/v1/metrics`,
        },
      });
      expect(code).toBe(0);
      const own = Number(/^Self-check: metrics ([\d.]+) USD/m.exec(stdout)?.[1]).toFixed(6);
      expect(Number(own)).toBeGreaterThan(0.07);
      const first = firstScreen();
      expect(first.length).toBeGreaterThan(10);
      const shown = first.find(({ place }) => place === 'panel "Spend, last 24 h" A');
      const [total] = await prometheus.query(shown?.text ?? '');
      expect(total?.value.toFixed(6)).toBe(own);
      // And every panel has something to show, once the rules have run.
      let missing: readonly string[] = [];
      await until(
        async () => {
          missing = await unanswered(prometheus, first);
          return missing.length === 0 ? true : undefined;
        },
        () => `No data: ${missing.join(', ')}`,
      );
      let byHours = '';
      await until(
        async () => {
          const [sum] = await prometheus.query(OF_THE_HOURS);
          byHours = sum?.value.toFixed(6) ?? 'nothing';
          return byHours === own ? true : undefined;
        },
        () => `The hours come to ${byHours}, not to ${own}.`,
      );
    }, 120_000);
  },
);

describe('the demo', () => {
  it('says so, and how to go on, when it is pointed at nothing useful', async () => {
    const { code, stderr } = await runChild(file('examples/demo/main.ts'), {
      cwd: repositoryRoot,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' },
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      '\nThe demo failed: OTEL_EXPORTER_OTLP_ENDPOINT is localhost:4317; ' +
        'it must be a URL such as http://localhost:4318.\n',
    );
  });
});

describe('examples', () => {
  const bundle = join(repositoryRoot, 'out/bundled-instrument-test.mjs');
  afterAll(() => rmSync(bundle, { force: true }));

  for (const path of ['esm-register/main.ts', 'commonjs-require/main.cjs', 'own-sdk/main.ts']) {
    it(`${path} runs as it is`, () => priced(file(`examples/${path}`)));
  }

  it('bundled-instrument/main.ts runs as a bundle', async () => {
    // What the command line in its README says.
    await build({
      entryPoints: [file('examples/bundled-instrument/main.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['costspan'],
      outfile: bundle,
    });
    await priced(bundle);
  });
});
