import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { type OtlpSink, startOtlpSink } from '../../test/support/otlp-sink.ts';
import { forwardAll, forwardTarget } from './forward.ts';
import { LiveBlock } from './live-block.ts';
import { type DemoProvider, startDemoProvider } from './provider.ts';
import { writeFiles } from './report/files.ts';
import { selfCheck } from './report/self-check.ts';
import { figuresTable } from './report/table.ts';
import { agentTrace, traceTree } from './report/tree.ts';
import { isScrapingAsked, ScrapeTargets } from './scraping.ts';
import { Service } from './service.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const limits = fileURLToPath(new URL('limits.yaml', import.meta.url));
const folder = fileURLToPath(new URL('../../out/demo/', import.meta.url));
const rules = fileURLToPath(new URL('../../grafana/generated/scrape/rules/', import.meta.url));

const LIMIT_MS = 50_000;
const REDRAW_MS = 250;
const TOPICS = ['heat pumps', 'cargo bikes', 'oat milk'];
const REPORT_EVERY_MS = 900;

/** Variables that would change what the services do, whoever set them. */
const MEDDLING = /^(OTEL_|COSTSPAN_|OPENAI_|ANTHROPIC_)/;

/** What services of the same company have in common: where the models are, where telemetry goes. */
function serviceEnvironment(provider: DemoProvider, sink: OtlpSink): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !MEDDLING.test(name));
  return {
    ...Object.fromEntries(kept),
    OPENAI_BASE_URL: provider.server.openaiUrl,
    OPENAI_API_KEY: 'demo',
    ANTHROPIC_BASE_URL: provider.server.url,
    ANTHROPIC_API_KEY: 'demo',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRIC_EXPORT_INTERVAL: '500',
    OTEL_BSP_SCHEDULE_DELAY: '300',
  };
}

async function runServices(
  env: NodeJS.ProcessEnv,
  running: Service[],
  scraping: Scraping | undefined,
): Promise<void> {
  const start = (name: string, added: NodeJS.ProcessEnv = {}): Service => {
    const service = new Service(name, { ...env, ...added }, scraping !== undefined);
    running.push(service);
    // Whoever waits for the service hears why it has no address.
    scraping?.targets.add(service).catch(() => {});
    return service;
  };
  const jobs = [
    start('support'),
    start('search', { COSTSPAN_TEAM: 'search' }),
    start('copywriter'),
    start('competitor-watch', { COSTSPAN_TEAM: 'growth', COSTSPAN_WORKFLOW: 'competitor-watch' }),
    start('labs', { COSTSPAN_TEAM: 'labs', COSTSPAN_CONFIG: limits }),
  ];
  const worker = start('worker');
  const gateway = start('gateway', { WORKER_URL: await worker.address });
  const traffic = orderReports(await gateway.address);
  await Promise.all([...jobs.map((service) => service.done), traffic]);
  await scraping?.untilTold();
  for (const service of scraping === undefined ? [gateway, worker] : running) service.stop();
  await Promise.all(running.map((service) => service.ended));
}

interface Scraping {
  readonly targets: ScrapeTargets;
  /** Resolves when the services need not stay any longer. */
  untilTold(): Promise<void>;
}

/** Where `OTEL_METRICS_EXPORTER=prometheus` asks for it: says what to start, and waits for Ctrl-C. */
function scrapingAsked(signals: Signals): Scraping | undefined {
  if (!isScrapingAsked(process.env)) return undefined;
  const targets = new ScrapeTargets(folder, rules);
  console.log('Each service begins when Prometheus has found it, which needs, from here:');
  console.log(`  prometheus --config.file=${relative(process.cwd(), targets.configFile)}\n`);
  return {
    targets,
    async untilTold() {
      console.log('The work is done. The services stay to be scraped until Ctrl-C.');
      await signals.next();
    },
  };
}

async function orderReports(gatewayUrl: string): Promise<void> {
  for (const topic of TOPICS) {
    const response = await fetch(`${gatewayUrl}/reports`, { method: 'POST', body: topic });
    if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
    await response.text();
    await wait(REPORT_EVERY_MS);
  }
}

/** The trace and the self-check. Returns whether all agrees. */
function report(sink: OtlpSink, provider: DemoProvider): boolean {
  const trace = agentTrace(sink.spans);
  if (trace.length === 0) throw new Error('No trace of an agent run has arrived.');
  console.log(
    '\nOne report as one trace: the agent of the gateway, and the worker that it asked.\n',
  );
  console.log(traceTree(trace));
  const { line, faults } = selfCheck(sink, provider.answers);
  console.log(line);
  for (const fault of faults) console.error(`  ${fault}`);
  return faults.length === 0;
}

interface Signals {
  /** The next signal ends nothing but this wait. */
  next(): Promise<void>;
}

/** Takes the services along when this process is told to end. */
function endWith(services: readonly Service[]): Signals {
  let waiting: (() => void) | undefined;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (waiting !== undefined) {
        waiting();
        waiting = undefined;
        return;
      }
      for (const service of services) service.kill();
      process.exit(code);
    });
  }
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = resolve;
      }),
  };
}

/** Rejects when the time is up; holds nothing open. */
function timeLimit(): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The services did not finish within ${LIMIT_MS / 1000} s.`));
    }, LIMIT_MS);
    timer.unref();
  });
}

async function main(): Promise<void> {
  const target = forwardTarget(process.env);
  if (!existsSync(`${root}dist/index.js`)) {
    throw new Error('There is no build of costspan here: run it as npm run demo.');
  }
  const provider = await startDemoProvider();
  const sink = await startOtlpSink();
  const services: Service[] = [];
  const signals = endWith(services);
  const block = new LiveBlock(process.stdout);
  console.log('Seven services of four teams call a model provider on this machine.\n');
  const scraping = scrapingAsked(signals);
  const redraw = setInterval(() => block.draw(figuresTable(sink)), REDRAW_MS);
  try {
    const work = runServices(serviceEnvironment(provider, sink), services, scraping);
    // How long they are scraped is for whoever scrapes them.
    await (scraping === undefined ? Promise.race([work, timeLimit()]) : work);
    clearInterval(redraw);
    block.finish(figuresTable(sink));
    if (!report(sink, provider)) process.exitCode = 1;
    console.log('\nWritten:');
    for (const path of writeFiles(sink, folder)) console.log(`  ${relative(root, path)}`);
    if (target === undefined) {
      console.log('To send the same to a Collector:');
      console.log('  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm run demo');
    } else {
      await forwardAll(sink, target);
      console.log(`Sent as well to ${Object.values(target.urls).join(', ')}.`);
    }
  } finally {
    clearInterval(redraw);
    for (const service of services) service.kill();
    await Promise.all([provider.server.close(), sink.close()]);
  }
}

try {
  await main();
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
