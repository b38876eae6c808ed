import type { Naming } from '../../grafana/names.ts';
import { freePorts, runCollector } from '../grafana/collector.ts';
import { hurried } from '../grafana/hurried.ts';
import { PrometheusServer } from '../grafana/prometheus-server.ts';
import { rulesOf } from '../grafana/promtool.ts';

export interface Programs {
  readonly prometheus3: string;
  readonly promtool3: string;
  readonly collector: string;
}

/** One way of a metric to a Prometheus 3, and the server at its end. */
export interface Path {
  readonly name: string;
  readonly server: PrometheusServer;
}

/** Ways that begin at the same addresses. */
export interface Paths extends AsyncDisposable {
  readonly paths: readonly Path[];
  /** OTLP over HTTP, without a signal's path. */
  readonly receivers: Readonly<Record<string, string>>;
}

/** The rules of a costspan.yaml, evaluated every few seconds. */
function rules(budgets: string, naming: Naming = 'otlp'): Record<string, string> {
  return Object.fromEntries(
    rulesOf(budgets, naming).map(({ path, text }) => [path.replace('rules/', ''), hurried(text)]),
  );
}

interface ServerOptions {
  readonly flags?: readonly string[];
  readonly scraped?: readonly string[];
}

function startServer(
  programs: Programs,
  budgets: string,
  { flags = [], scraped = [] }: ServerOptions,
): Promise<PrometheusServer> {
  return PrometheusServer.start({
    prometheus: programs.prometheus3,
    promtool: programs.promtool3,
    rules: rules(budgets),
    flags,
    config: {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '5s' },
      scrape_configs: [
        { job_name: 'scraped', honor_labels: true, static_configs: [{ targets: scraped }] },
      ],
    },
  });
}

const OTLP_RECEIVER = '--web.enable-otlp-receiver';

/**
 * Everything that takes cumulative sums: Prometheus itself, which also scrapes `scraped`, and a
 * Collector by each of its stock exporters. All but the last know nothing but their addresses: what a
 * Collector shows to be scraped is one value a series, so there its start has to be looked at.
 */
export async function startPaths(
  programs: Programs,
  budgets: string,
  scraped: string,
): Promise<Paths> {
  await using started = new AsyncDisposableStack();
  const [http, metrics] = await freePorts(2);
  const server = async (options: ServerOptions) =>
    started.use(await startServer(programs, budgets, options));
  const direct = await server({ flags: [OTLP_RECEIVER], scraped: [scraped] });
  const otlp = await server({ flags: [OTLP_RECEIVER] });
  const remote = await server({ flags: ['--web.enable-remote-write-receiver'] });
  const scraping = await server({
    flags: ['--enable-feature=created-timestamp-zero-ingestion'],
    scraped: [`127.0.0.1:${metrics}`],
  });
  const exporters = {
    otlp_http: { metrics_endpoint: `${otlp.url}/api/v1/otlp/v1/metrics` },
    prometheusremotewrite: { endpoint: `${remote.url}/api/v1/write` },
    // As in grafana/collector/config.yaml.
    prometheus: {
      endpoint: `127.0.0.1:${metrics}`,
      enable_open_metrics: true,
      translation_strategy: 'UnderscoreEscapingWithSuffixes',
    },
  };
  started.use(
    await runCollector(programs.collector, collectorConfig(http, { batch: BATCH }, exporters)),
  );
  return hold(
    started,
    [
      { name: 'its OTLP receiver', server: direct },
      { name: 'a Collector that sends OTLP', server: otlp },
      { name: 'a Collector that writes remotely', server: remote },
      { name: 'a Collector that is scraped', server: scraping },
    ],
    { Prometheus: `${direct.url}/api/v1/otlp`, Collector: `http://127.0.0.1:${http}` },
  );
}

/** What takes deltas and adds them up. */
export async function startDeltaPaths(programs: Programs, budgets: string): Promise<Paths> {
  await using started = new AsyncDisposableStack();
  const [http] = await freePorts(1);
  const server = async (options: ServerOptions) =>
    started.use(await startServer(programs, budgets, options));
  const direct = await server({
    flags: [OTLP_RECEIVER, '--enable-feature=otlp-deltatocumulative'],
  });
  const otlp = await server({ flags: [OTLP_RECEIVER] });
  const processors = { deltatocumulative: {}, batch: BATCH };
  const exporters = { otlp_http: { metrics_endpoint: `${otlp.url}/api/v1/otlp/v1/metrics` } };
  started.use(await runCollector(programs.collector, collectorConfig(http, processors, exporters)));
  return hold(
    started,
    [
      { name: 'its OTLP receiver, which adds deltas up', server: direct },
      { name: 'a Collector that adds deltas up', server: otlp },
    ],
    { Prometheus: `${direct.url}/api/v1/otlp`, Collector: `http://127.0.0.1:${http}` },
  );
}

const BATCH = { timeout: '200ms' };

function collectorConfig(port: number | undefined, processors: object, exporters: object): object {
  return {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    processors,
    exporters,
    service: {
      pipelines: {
        metrics: {
          receivers: ['otlp'],
          processors: Object.keys(processors),
          exporters: Object.keys(exporters),
        },
      },
    },
  };
}

/** Keeps what was started until the paths are disposed of. */
function hold(
  started: AsyncDisposableStack,
  paths: readonly Path[],
  receivers: Readonly<Record<string, string>>,
): Paths {
  const all = started.move();
  return { paths, receivers, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
