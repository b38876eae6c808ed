import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as openaiModule from 'openai';
import { expect, it } from 'vitest';

import { buildDashboards } from '../../grafana/dashboards/index.ts';
import type { Naming } from '../../grafana/names.ts';
import { listQueries } from '../../grafana/queries/list-queries.ts';
import { setCallObserver } from '../../instrumentation/core/index.ts';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import {
  createCallPipeline,
  CostspanProcessor,
  recordOutcome,
  setProcessPipeline,
} from '../../processor/index.ts';
import { watchCopy } from '../scenarios/live-pipeline.ts';
import { startOtlpSink } from '../support/otlp-sink.ts';
import { describeWithPrograms } from '../support/programs.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { until } from '../support/run-program.ts';
import { startCollector } from './collector.ts';
import { PrometheusServer, type Series } from './prometheus-server.ts';

const TIMEOUT = 240_000;

interface App extends AsyncDisposable {
  /** `host:port` of what Prometheus scrapes. */
  readonly metricsAddress: string;
  flush(): Promise<void>;
}

/** An application whose metrics are pushed, and can be scraped as well. */
async function startApp(otlpUrl: string): Promise<App> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const resource = resourceFromAttributes({
    'service.name': 'app',
    'service.instance.id': 'i-1',
  });
  const tracerProvider = new TracerProvider({
    resource,
    spanProcessors: [
      new CostspanProcessor(),
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlpUrl}/v1/traces` }) }),
    ],
  });
  const scraped = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({
    resource,
    readers: [
      scraped,
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${otlpUrl}/v1/metrics` }),
        exportIntervalMillis: 3_600_000,
      }),
    ],
  });
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  const pipeline = createCallPipeline();
  setProcessPipeline(pipeline);
  setCallObserver(pipeline.calls);
  watchCopy('openai', 'openai', openaiModule);
  const server = createServer((request, response) => {
    scraped.getMetricsRequestHandler(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    metricsAddress: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async flush() {
      await tracerProvider.forceFlush();
      await meterProvider.forceFlush();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      setCallObserver(undefined);
      setProcessPipeline(undefined);
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
      for (const api of [trace, metrics, context, propagation]) api.disable();
    },
  };
}

/** Calls of two teams: plain, streamed, failing, unpriced, and what came of them. */
async function traffic(baseURL: string): Promise<void> {
  const openai = new openaiModule.OpenAI({ baseURL, apiKey: 'test', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'Which way?' }];
  for (const [team, workflow, model] of [
    ['support', 'bug-triage', 'gpt-4.1-mini'],
    ['search', 'rag', 'gpt-4.1'],
    ['search', 'rag', 'no-such-model-of-any-book'],
  ] as const) {
    await withAttribution({ team, workflow, environment: 'production' }, async () => {
      await openai.chat.completions.create({ model, messages });
      const stream = await openai.chat.completions.create({ model, messages, stream: true });
      for await (const _chunk of stream);
      await openai.chat.completions.create({ model, messages: [] }).catch(() => undefined);
      recordOutcome({ name: 'answered', status: 'success', valueUsd: 0.25 });
    });
  }
}

/** A Prometheus 3 that scrapes one address. */
function scraping(
  { prometheus3, promtool3 }: { readonly prometheus3: string; readonly promtool3: string },
  address: string,
): Promise<PrometheusServer> {
  return PrometheusServer.start({
    prometheus: prometheus3,
    promtool: promtool3,
    config: {
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'test', static_configs: [{ targets: [address] }] }],
    },
  });
}

/**
 * The queries of the dashboards, of what counters have come to instead of what they grew by: two
 * Prometheus that look at different moments would differ in that.
 */
function standing(naming: Naming): readonly string[] {
  return (
    listQueries(buildDashboards(naming))
      .filter(({ language }) => language === 'promql')
      // The age of the price book grows by the second.
      .filter(({ text }) => !text.includes('age'))
      // What the Collector makes itself is not where the app is scraped.
      .filter(({ text }) => !text.includes('span_metrics'))
      .map(({ text }) =>
        text.replaceAll(
          /\b(?:increase|rate)\(((?:[^()[\]{}]|\{[^}]*\})+)\[\w+\](?: anchored)?(?: offset \w+)?\)/g,
          '($1)',
        ),
      )
  );
}

/** Values by labels, without NaN and to twelve digits. */
function byLabels(series: readonly Series[]): Record<string, string> {
  return Object.fromEntries(
    series
      .filter(({ value }) => !Number.isNaN(value))
      .map(({ metric, value }) => [
        JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => a.localeCompare(b))),
        value.toPrecision(12),
      ]),
  );
}

describeWithPrograms(
  'a real Collector',
  ['collector', 'prometheus3', 'promtool3'],
  ({ collector: path, ...programs }) => {
    it(
      'exposes metrics on which the queries return what they return where the app is scraped',
      async () => {
        await using provider = await startProviderServer();
        await using tempo = await startOtlpSink();
        await using collector = await startCollector(path, tempo.url);
        await using app = await startApp(collector.otlpUrl);
        await traffic(provider.openaiUrl);
        await app.flush();
        await using scraped = await scraping(programs, app.metricsAddress);
        await using received = await scraping(programs, collector.metricsAddress);
        for (const prometheus of [scraped, received]) {
          await until(
            async () =>
              // What is born shows 0 to the first scrape.
              (await prometheus.query('costspan_calls_total > 0')).length > 0 ? 1 : undefined,
            () => 'No value has been scraped.',
          );
        }
        const asScraped = standing('scrape');
        const asReceived = standing('otlp');
        let answered = 0;
        for (const [index, expr] of asReceived.entries()) {
          const expected = byLabels(await scraped.query(asScraped[index] ?? ''));
          expect({ expr, ...byLabels(await received.query(expr)) }).toEqual({ expr, ...expected });
          if (Object.keys(expected).length > 0) answered += 1;
        }
        // The others ask for what the rules record, or for budgets and agents, which this app lacks.
        expect(answered).toBeGreaterThan(60);
        expect(tempo.spans.length).toBeGreaterThan(8);
      },
      TIMEOUT,
    );

    it(
      'leads from a point to its trace by exemplars',
      async () => {
        await using provider = await startProviderServer();
        await using tempo = await startOtlpSink();
        await using collector = await startCollector(path, tempo.url);
        await using app = await startApp(collector.otlpUrl);
        await traffic(provider.openaiUrl);
        await app.flush();
        const exemplar = await until(
          async () => {
            const response = await fetch(`http://${collector.metricsAddress}/metrics`, {
              headers: { accept: 'application/openmetrics-text; version=1.0.0' },
            });
            const lines = (await response.text()).split('\n');
            return lines.find(
              (line) =>
                line.startsWith('traces_span_metrics_duration_milliseconds_bucket') &&
                line.includes('costspan_workflow="bug-triage"') &&
                line.includes('trace_id='),
            );
          },
          () => collector.program.output(),
        );
        const [, traceId] = /trace_id="(\w+)"/.exec(exemplar) ?? [];
        expect(tempo.spans.map((span) => span.traceId)).toContain(traceId);
      },
      TIMEOUT,
    );
  },
);
