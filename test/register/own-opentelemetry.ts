import type { ChildOptions } from '../support/run-child.ts';

/** What an application's own OpenTelemetry printed, one line for each export. */
export interface Printed {
  /** Return values of the four registrations. */
  readonly registered?: readonly boolean[];
  /** What `diag` reported as a warning or an error. */
  readonly diag?: string;
  readonly span?: { readonly name: string; readonly attributes: Record<string, unknown> };
  readonly metric?: { readonly name: string; readonly value: number };
}

export function readPrinted(stdout: string): Printed[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Printed);
}

interface Sdk {
  readonly tracing: string;
  readonly tracerProvider: string;
  readonly links: Readonly<Record<string, string>>;
}

const sdks: Record<'2.x' | '3.x', Sdk> = {
  '2.x': {
    tracing: '@opentelemetry/sdk-trace-base',
    tracerProvider: 'BasicTracerProvider',
    links: {
      '@opentelemetry/api': 'api19',
      '@opentelemetry/sdk-trace-base': 'otel2-trace',
      '@opentelemetry/sdk-metrics': 'otel2-metrics',
    },
  },
  '3.x': { tracing: '@opentelemetry/sdk-trace', tracerProvider: 'TracerProvider', links: {} },
};

/**
 * An application's own set-up, the way its authors would write it: `otel.mjs` and `otel.cjs`, each
 * with a function `start` that registers everything, and exporters that print.
 */
export function ownOpenTelemetry(
  version: '2.x' | '3.x',
): Required<Pick<ChildOptions, 'files' | 'links'>> {
  const { tracing, tracerProvider, links } = sdks[version];
  const modules: Record<string, string> = {
    [`{ ${tracerProvider}: TracerProvider, SimpleSpanProcessor }`]: tracing,
    '{ MeterProvider, PeriodicExportingMetricReader }': '@opentelemetry/sdk-metrics',
    '{ context, diag, metrics, propagation, trace }': '@opentelemetry/api',
    '{ AsyncLocalStorageContextManager }': '@opentelemetry/context-async-hooks',
    '{ W3CTraceContextPropagator }': '@opentelemetry/core',
  };
  const imports = Object.entries(modules).map(
    ([names, from]) => `import ${names.replaceAll(':', ' as')} from '${from}';`,
  );
  const requires = Object.entries(modules).map(
    ([names, from]) => `const ${names} = require('${from}');`,
  );
  return {
    links,
    files: {
      'otel.mjs': `${imports.join('\n')}\n${SET_UP}\nexport { start, stop, trace, metrics };`,
      'otel.cjs': `${requires.join('\n')}\n${SET_UP}\nmodule.exports = { start, stop, trace, metrics };`,
    },
  };
}

const SET_UP = `
  const print = (value) => console.log(JSON.stringify(value));
  const report = (message) => print({ diag: String(message) });
  const spans = {
    export(batch, done) {
      for (const { name, attributes } of batch) print({ span: { name, attributes } });
      done({ code: 0 });
    },
    async forceFlush() {}, async shutdown() {},
  };
  const points = {
    export({ scopeMetrics }, done) {
      for (const { metrics } of scopeMetrics) {
        for (const { descriptor, dataPoints } of metrics) {
          const values = dataPoints.map(({ value }) => value.sum ?? value);
          print({ metric: { name: descriptor.name, value: values.reduce((a, b) => a + b, 0) } });
        }
      }
      done({ code: 0 });
    },
    selectAggregationTemporality: () => 1,
    async forceFlush() {}, async shutdown() {},
  };
  let tracerProvider, meterProvider;
  function start() {
    diag.setLogger({ error: report, warn: report, info() {}, debug() {}, verbose() {} });
    tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(
      TracerProvider.name === 'BasicTracerProvider' ? spans : { exporter: spans })] });
    meterProvider = new MeterProvider({ readers: [
      new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1e6 })] });
    print({ registered: [
      trace.setGlobalTracerProvider(tracerProvider),
      metrics.setGlobalMeterProvider(meterProvider),
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()),
      propagation.setGlobalPropagator(new W3CTraceContextPropagator()),
    ] });
  }
  async function stop() {
    await tracerProvider.shutdown();
    await meterProvider.shutdown();
  }`;
