import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { hurried } from '../grafana/hurried.ts';
import { PrometheusServer } from '../grafana/prometheus-server.ts';
import { rulesOf } from '../grafana/promtool.ts';
import { type ChildResult, repositoryRoot, startChild } from '../support/run-child.ts';

/**
 * The queries that the seconds of a demo cannot answer, by what they need. The Prometheus that knows
 * forty days of a fleet answers each of them.
 */
export const UNANSWERED: Readonly<Record<string, readonly string[]>> = {
  // The demo connects to this machine alone.
  'a call of a public model host': ['panel "Unmetered requests, by host" A'],
  'a failure of costspan itself': ['panel "Failures of costspan, by component" A'],
  'a response in the background': ['panel "Responses in the background, by what became of them" A'],
  'a bill that is priced in part': ['panel "Calls priced in part, by model" A'],
  "the Collector's own metrics of spans": ['panel "Latency of spans, p95, with exemplars" A'],
  'a run that does something unusual': ['panel "Unusual runs" A'],
  'a workflow that a framework traces': ['panel "Duration of workflows, p95" A'],
};

/** Those that need nothing but more time than a demo takes: whole hours are recorded hours. */
export const TOO_YOUNG: Readonly<Record<string, readonly string[]>> = {
  'ten minutes': ['panel "Counters against the store" A', 'panel "Store less estimate" A'],
  'an hour to a month ago': [
    'panel "Teams this month" D',
    'panel "Against the month before" A',
    'panel "Trend: week over week" A',
    'panel "Biggest movers" B',
    'panel "Biggest movers" D',
    'panel "What changed" B',
    'panel "What changed" D',
    'panel "Spend of an hour against its alarm line" Alarm',
    'panel "Escalation rate" Before',
    'panel "Cache hit rate against the week before" Before',
    'panel "Cost per call over its median of 7 days" A',
    'panel "Loop growth: calls per run" Before',
    'panel "Prompt growth: input tokens per call" Before',
  ],
};

export interface ScrapedDemo extends AsyncDisposable {
  readonly prometheus: PrometheusServer;
  /** Tells the demo that it has been scraped enough, and waits for its end. */
  end(): Promise<ChildResult>;
}

/**
 * The demo with its services scraped by a Prometheus with the demo's own configuration, which
 * applies the rules that its budgets give. All of its work is done.
 */
export async function startScrapedDemo(programs: {
  readonly prometheus: string;
  readonly promtool: string;
}): Promise<ScrapedDemo> {
  const demo = startChild(join(repositoryRoot, 'examples/demo/main.ts'), {
    cwd: repositoryRoot,
    env: { OTEL_METRICS_EXPORTER: 'prometheus' },
    signal: AbortSignal.timeout(170_000),
  });
  let prometheus: PrometheusServer | undefined;
  const stop = async (): Promise<void> => {
    await prometheus?.[Symbol.asyncDispose]();
    demo.process.kill('SIGKILL');
    await demo.done;
  };
  try {
    await demo.printed('prometheus --config.file=out/demo/prometheus.yml\n');
    const config = parse(readFileSync(join(repositoryRoot, 'out/demo/prometheus.yml'), 'utf8')) as {
      readonly global: object;
    };
    const budgets = readFileSync(join(repositoryRoot, 'examples/demo/costspan.yaml'), 'utf8');
    const rules = rulesOf(budgets, 'scrape', 'prometheus-2').map(({ path, text }) => [
      path.replace('rules/', ''),
      hurried(text),
    ]);
    prometheus = await PrometheusServer.start({
      ...programs,
      config,
      rules: Object.fromEntries(rules) as Record<string, string>,
    });
    await demo.printed('The work is done.');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    prometheus,
    end() {
      demo.process.kill('SIGINT');
      return demo.done;
    },
    [Symbol.asyncDispose]: stop,
  };
}
