import { describe, expect, it } from 'vitest';
import { readLedger } from '../../processor/governance/ledger/index.ts';
import { CALL, type Servers, startServers } from '../register/harness.ts';
import { type ChildOptions, startChild, tempApp } from '../support/run-child.ts';

interface Line {
  readonly links: Readonly<Record<string, string>>;
  readonly tracing: string;
}

const BASE = '@opentelemetry/sdk-trace-base';
const OLD = `import { BasicTracerProvider as Provider, BatchSpanProcessor as Batch } from '${BASE}';
  const batch = (exporter) => new Batch(exporter);`;
const NEW = `import { TracerProvider as Provider, BatchSpanProcessor as Batch } from '@opentelemetry/sdk-trace';
  const batch = (exporter) => new Batch({ exporter });`;
const SDKS: Readonly<Record<string, Line>> = {
  '2.0': { links: { [BASE]: 'otel20-trace' }, tracing: OLD },
  '2.2': { links: { [BASE]: 'otel22-trace' }, tracing: OLD },
  '2.x': { links: { [BASE]: 'otel2-trace' }, tracing: OLD },
  '3.x': { links: {}, tracing: NEW },
};

/** An application with an OpenTelemetry set-up of its own, of which one part is ours. */
function setUp({ tracing }: Line): string {
  return `${tracing}
  import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
  import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
  import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
  import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
  import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
  import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
  import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
  import { CostspanProcessor, costspanInstrumentations, withAttribution } from 'costspan';
  const start = (...more) => {
    const tracers = new Provider({ spanProcessors: [...more, new CostspanProcessor(), batch(new OTLPTraceExporter())] });
    const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: 1e6 })] });
    const loggers = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
    trace.setGlobalTracerProvider(tracers);
    metrics.setGlobalMeterProvider(meters);
    logs.setGlobalLoggerProvider(loggers);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    return async () => { for (const one of [tracers, meters, loggers]) await one.shutdown(); };
  };
  /** A call that another instrumentation traces. */
  const told = (model = 'gpt-4o', more = {}) => {
    const span = trace.getTracer('somebody').startSpan('chat ' + model, { attributes: {
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': model } });
    span.setAttributes({ 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 500, ...more });
    span.end();
    return span.attributes;
  };
  const agent = (work) => trace.getTracer('somebody').startActiveSpan('invoke_agent a',
    { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'a' } },
    (span) => { try { work(); } finally { span.end(); } });
  const baggage = (entries) => propagation.setBaggage(context.active(), propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }]))));`;
}

const FILES = {
  'costspan.yaml': `
attribution:
  defaults: { costCenter: cc-100, team: nobody }
  inbound: [workflow]
pricing: { overlay: ./prices.yaml }
metrics: { dimensions: [team, workflow, costCenter] }
ledger: { mode: file, folder: ./rows }
budgets:
  - { id: small, match: { team: support }, limitUsd: 0.01, period: month, mode: soft, alertAt: [0.5] }
agents:
  - { match: { team: support }, maxInferenceCalls: 2 }
`,
  'prices.yaml': `
version: 1
models:
  - { provider: openai, model: our-own, rates: { input: 1, output: 2 } }
`,
};

describe.each(Object.entries(SDKS))('CostspanProcessor alone, on SDK %s', (version, line) => {
  const servers = startServers();
  const isLate = version === '2.0' || version === '2.2';

  it('reads the configuration and does all that concerns spans of others', async () => {
    using app = tempApp(
      {
        ...FILES,
        'deep/down/main.mjs': `${setUp(line)}
      const stop = start();
      // The overlay is being read: until then calls are counted, and priced a moment later.
      while (told()['costspan.price.state'] === undefined) await new Promise(setImmediate);
      context.with(baggage({ 'costspan.workflow': 'triage' }), () => withAttribution({ team: 'support' }, () =>
        agent(() => { told(); told('our-own'); told(); })));
      await stop();`,
      },
      line,
    );
    const { stderr, code } = await run(servers, app.file('deep/down/main.mjs'), {
      cwd: app.file('deep/down'),
      env: { COSTSPAN_TEAM: 'from-environment' },
    });
    expect(code).toBe(0);
    const { spans, logs } = servers.sink;
    const [first, own, last] = spans.filter(
      ({ name, attributes }) =>
        name.startsWith('chat ') && attributes['costspan.team'] === 'support',
    );
    expect(first?.attributes).toMatchObject({
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.cost_center': 'cc-100',
      'costspan.price.state': 'priced',
      'costspan.loop.depth': 1,
      'costspan.agent.depth': 1,
      'gen_ai.usage.cost.amount': 0.0075,
    });
    expect(own?.attributes).toMatchObject({
      'costspan.price.match': 'overlay',
      'gen_ai.usage.cost.amount': 0.002,
    });
    expect(last?.attributes['costspan.loop.depth']).toBe(3);
    expect(spans.find(({ name }) => name === 'invoke_agent a')?.attributes).toMatchObject({
      'costspan.run.inference_calls': 3,
      'costspan.run.cost.amount': 0.017,
    });
    const dimensions = {
      'costspan.team': 'support',
      'costspan.workflow': 'triage',
      'costspan.cost_center': 'cc-100',
    };
    expect(servers.sink.metricValue('costspan.calls', dimensions)).toBe(3);
    expect(servers.sink.metricValue('costspan.cost.usd', dimensions)).toBeCloseTo(0.017, 12);
    expect(servers.sink.metricValue('costspan.budget.spent.usd')).toBeCloseTo(0.017, 12);
    expect(await rowsIn(app.file('rows'))).toEqual([
      ['small', 7_500_000],
      ['small', 2_000_000],
      ['small', 7_500_000],
    ]);
    expect(
      logs.map(({ eventName, attributes }) => [
        eventName,
        attributes['costspan.budget.id'] ?? attributes['costspan.limit'],
      ]),
    ).toEqual([
      ['costspan.budget.alert', 'small'],
      ['costspan.agent.alert', 'inference_calls'],
    ]);
    expect(stderr.match(/^costspan:/gmu) ?? []).toHaveLength(isLate ? 2 : 1);
    expect(stderr).toMatch(/^costspan: CostspanProcessor alone .* so agents in costspan\.yaml /mu);
    const late =
      /^costspan: .* only once it has ended, so .*gen_ai\.usage\.cost\.\*.* late .* upgrade to @opentelemetry\/sdk-trace-base 2\.3\.0 or newer\.$/mu;
    if (isLate) expect(stderr).toMatch(late);
    else expect(stderr).not.toMatch(late);
  });
});

describe('CostspanProcessor alone', () => {
  const servers = startServers();
  const line = SDKS['3.x']!;
  const app = setUp(line);

  it('follows the file', async () => {
    const { stdout, stderr, code } = await servers.run(
      `${app} import { setTimeout as pause } from 'node:timers/promises';
       import { writeFileSync } from 'node:fs';
       const stop = start();
       const team = () => told()['costspan.team'];
       const changesTo = async (text, wanted) => {
         writeFileSync(new URL('./costspan.yaml', import.meta.url), text);
         while (team() !== wanted) await pause(20);
       };
       const alive = setInterval(() => {}, 1000);
       console.log(team());
       await changesTo('attribution: { defaults: { team: second } }', 'second');
       writeFileSync(new URL('./costspan.yaml', import.meta.url), 'attribution: { defaults: { team: [] } }');
       await new Promise((told) => { const { write } = process.stderr; process.stderr.write = (text) => {
         process.stderr.write = write; told(); return write.call(process.stderr, text); }; });
       console.log(team());
       await changesTo('attribution: { defaults: { team: third } }', 'third');
       clearInterval(alive);
       await stop();`,
      { files: { 'costspan.yaml': 'attribution: { defaults: { team: first } }' } },
    );
    expect([code, stdout]).toEqual([0, 'first\nsecond\n']);
    expect(stderr).toMatch(/costspan\.yaml:1: .*team/u);
    expect(stderr).toMatch(/the previous configuration holds/u);
  });

  const BAD = { 'costspan.yaml': 'attribution: { defaults: { team: [] } }' };
  const MISTAKE = /costspan\.yaml:1:/gu;

  it.each([
    ['alone', app, ''],
    ['and costspanInstrumentations after it', app, 'costspanInstrumentations();'],
    ['and register before it', `import 'costspan/register'; ${app}`, ''],
    ['and register with an SDK', `import 'costspan/register'; import 'openai'; ${app}`, ''],
  ])('says what is wrong with the file once: %s', async (_what, before, after) => {
    const { stderr, code } = await servers.run(
      `${before} const stop = start(); ${after} told(); await stop();`,
      { files: BAD },
    );
    expect(code).toBe(0);
    expect(stderr.match(MISTAKE)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'unassigned' })).toBe(1);
  });

  it('tells of a mistake where it is made when the first turn is over', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register'; ${app} await new Promise(setImmediate); await new Promise(setImmediate);
       const stop = start(); told(); await stop();`,
      { files: BAD },
    );
    expect(stderr.match(MISTAKE)).toHaveLength(1);
  });

  it('does nothing with COSTSPAN_DISABLED', async () => {
    const { stderr, code } = await servers.run(
      `${app} const stop = start(); told(); await stop();`,
      {
        files: BAD,
        env: { COSTSPAN_DISABLED: 'true' },
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(Object.keys(servers.sink.spans[0]?.attributes ?? {}).join()).not.toMatch(
      /costspan|cost/u,
    );
    expect(servers.sink.metricValue('costspan.calls')).toBeUndefined();
  });

  it.each([
    ['costspanInstrumentations after it', app, 'start()', 'costspanInstrumentations();'],
    ['costspanInstrumentations before it', `${app} costspanInstrumentations();`, 'start()', ''],
    ['register', `import 'costspan/register'; ${app}`, 'start()', ''],
    ['a second one in a composite', app, `start(inComposite())`, 'costspanInstrumentations();'],
  ])('counts each call once beside %s', async (_what, before, begin, after) => {
    using folder = tempApp({
      ...FILES,
      'main.mjs': `${before}
      /** Does not hand on onEnding, as many do not. */
      const inComposite = () => { const one = new CostspanProcessor(); return {
        onStart: (span, parent) => one.onStart(span, parent), onEnd: (span) => one.onEnd(span),
        forceFlush: async () => {}, shutdown: async () => {} }; };
      const stop = ${begin}; ${after}
      const { default: OpenAI } = await import('openai');
      await withAttribution({ team: 'support' }, async () => { told(); ${CALL} });
      await stop();`,
    });
    const { code, stderr } = await run(servers, folder.file('main.mjs'), { cwd: folder.path });
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/CostspanProcessor alone|only once it has ended/u);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.team': 'support' })).toBe(2);
    expect(await rowsIn(folder.file('rows'))).toHaveLength(2);
    expect(servers.sink.metricValue('costspan.budget.decisions')).toBeGreaterThan(0);
  });

  const UNPRICED = FILES['costspan.yaml'].replace(/^pricing.*$/mu, '');

  it.each([
    ['charges', 'await stop();', ['small', 7_500_000]],
    ['writes down', 'process.exit();', [7_500_000]],
  ])('%s a call that is told before budgets are open', async (_what, end, row) => {
    using folder = tempApp({
      'costspan.yaml': UNPRICED,
      'main.mjs': `${app} const stop = start(); withAttribution({ team: 'support' }, () => told()); ${end}`,
    });
    const { code } = await run(servers, folder.file('main.mjs'), { cwd: folder.path });
    expect(code).toBe(0);
    expect(await rowsIn(folder.file('rows'))).toEqual([row]);
  });

  it('says where metrics lack', async () => {
    const { stderr } = await servers.run(
      `${line.tracing} import { trace } from '@opentelemetry/api'; import { CostspanProcessor } from 'costspan';
       const provider = new Provider({ spanProcessors: [new CostspanProcessor()] });
       const span = provider.getTracer('somebody').startSpan('chat', { attributes: { 'gen_ai.operation.name': 'chat',
         'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 9 } });
       span.end();`,
    );
    expect(stderr).toMatch(
      /^costspan: The application has set up OpenTelemetry for traces and none for metrics/u,
    );
  });
});

async function run(servers: Servers, file: string, options: ChildOptions) {
  return startChild(file, { ...options, env: { ...servers.env, ...options.env } }).done;
}

/** Of each row: the budgets that it is charged to, and its price in nano-USD. */
async function rowsIn(folder: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { attribution, charges, cost } of readLedger(folder)) {
    if (attribution.team === 'support')
      rows.push([...(charges ?? []).map(({ budget }) => budget), cost?.totalNanos]);
  }
  return rows;
}
