import { describe, expect, it } from 'vitest';
import { CALL, startServers } from './harness.ts';

const TRACES = `
  import { trace } from '@opentelemetry/api';
  import { TracerProvider } from '@opentelemetry/sdk-trace';
  trace.setGlobalTracerProvider(new TracerProvider());`;
const METRICS = (readers: string) => `
  import { metrics } from '@opentelemetry/api';
  import { ConsoleMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
  const exporter = { export(batch, done) { done({ code: 0 }); }, async forceFlush() {}, async shutdown() {} };
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [${readers}] }));`;
const READER = 'new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e6 })';
const WATCH = `import OpenAI from 'openai'; import { costspanInstrumentations } from 'costspan';
  costspanInstrumentations();`;
const WRAP = `import Plain from 'openai'; import { instrument } from 'costspan';
  class OpenAI { constructor() { return instrument(new Plain()); } }`;
const REGISTER = `import 'costspan/register'; import OpenAI from 'openai';`;
const NOWHERE = /exported nowhere/gu;
const NONE = { OTEL_METRICS_EXPORTER: 'none' };

describe('an application whose calls are exported nowhere is told so once', () => {
  const servers = startServers();

  it.each<[string, string, Record<string, string>, RegExp]>([
    [
      'without any OpenTelemetry',
      WRAP,
      {},
      /^costspan: No OpenTelemetry is set up, so .*: import costspan\/register before anything else, or register/mu,
    ],
    [
      'with traces alone',
      `${TRACES} ${WATCH}`,
      {},
      /^costspan: The application has set up OpenTelemetry for traces and none for metrics, so .*NodeSDK: metricReaders.*\.$/mu,
    ],
    [
      'with metrics switched off',
      `${TRACES} ${WATCH}`,
      NONE,
      /none for metrics \(OTEL_METRICS_EXPORTER=none\), so/u,
    ],
    [
      'with a meter provider that nobody reads',
      `${TRACES} ${METRICS('')} ${WATCH}`,
      {},
      /The application's meter provider has no metric reader, so/u,
    ],
    [
      'with such a one beside register',
      `${REGISTER} ${TRACES} ${METRICS('')}`,
      {},
      /The application's meter provider has no metric reader, so/u,
    ],
    [
      'with metrics switched off beside register',
      `${REGISTER} ${TRACES}`,
      NONE,
      /OTEL_METRICS_EXPORTER=none, so .*or take that variable out\.$/mu,
    ],
  ])('%s', async (_what, source, env, sentence) => {
    const { code, stderr } = await servers.run(`${source} ${CALL} ${CALL}`, {
      env: { COSTSPAN_LOG: 'warn', ...env },
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(sentence);
    expect(stderr.match(NOWHERE)).toHaveLength(1);
  });

  it.each<[string, string, Record<string, string>]>([
    ['register alone', REGISTER, {}],
    ['register beside traces of the application', `${REGISTER} ${TRACES}`, {}],
    ['traces and metrics of the application', `${TRACES} ${METRICS(READER)} ${WATCH}`, {}],
    ['metrics of the application alone', `${METRICS(READER)} ${WRAP}`, {}],
    ['OTEL_SDK_DISABLED', WRAP, { OTEL_SDK_DISABLED: 'true' }],
    ['COSTSPAN_LOG=off', WRAP, { COSTSPAN_LOG: 'off' }],
    ['COSTSPAN_DISABLED', WRAP, { COSTSPAN_DISABLED: 'true' }],
  ])('but not with %s', async (_what, source, env) => {
    const { code, stderr } = await servers.run(`${source} ${CALL}`, { env });
    expect(code).toBe(0);
    expect(stderr).not.toMatch(NOWHERE);
  });
});

function files(worker: string, dependencies: Readonly<Record<string, string>> = { openai: '7' }) {
  const manifest = JSON.stringify({ type: 'module', dependencies });
  return { 'worker.mjs': worker, 'package.json': manifest };
}

describe('a worker without costspan', () => {
  const servers = startServers();
  const START = `
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('./worker.mjs', import.meta.url));
    await new Promise((resolve) => worker.once('exit', resolve));`;
  const TOLD = /A worker thread, started at \S+main\.mjs:\d+:\d+, has no costspan/gu;
  const WORK = `import OpenAI from 'openai'; ${CALL}`;

  it('is told of once where this thread has no SDK', async () => {
    const { code, stderr } = await servers.run(
      `import 'costspan/register'; ${START} {${START.replace(/import .*\n/u, '')}}`,
      { files: files(WORK) },
    );
    expect(code).toBe(0);
    expect(stderr.match(TOLD)).toHaveLength(1);
    expect(stderr).toContain('unless its file imports costspan/register too');
    expect(servers.sink.metricValue('costspan.calls')).toBeUndefined();
  });

  it('is told of where the worker goes on', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register';
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(new URL('./worker.mjs', import.meta.url));
      let written = '';
      const write = process.stderr.write.bind(process.stderr);
      process.stderr.write = (text) => { written += text; return write(text); };
      while (!written.includes('has no costspan')) await new Promise((resolve) => setTimeout(resolve, 50));
      await worker.terminate();`,
      { files: files('setInterval(() => {}, 1000);') },
    );
    expect(stderr.match(TOLD)).toHaveLength(1);
  });

  it.each([
    [
      'has it',
      `import 'costspan/register'; ${START}`,
      files(`import 'costspan/register'; ${WORK}`),
      [],
    ],
    ['inherits it', START, files(WORK), ['--import', 'costspan/register']],
    ['wraps its client', `import 'costspan/register'; ${START}`, files(`${WRAP} ${CALL}`), []],
    ['is not needed', `import 'costspan/register'; import 'openai'; ${START}`, files(WORK), []],
    ['can have no SDK', `import 'costspan/register'; ${START}`, files('1;', { pino: '9' }), []],
    [
      'is a library’s',
      `import 'costspan/register'; import { start } from 'pino'; await start();`,
      {
        ...files(''),
        'node_modules/pino/package.json': '{"name":"pino","type":"module","exports":"./index.js"}',
        'node_modules/pino/index.js': `import { Worker } from 'node:worker_threads';
          export const start = () => new Promise((resolve) => {
            new Worker('1', { eval: true }).once('exit', resolve);
          });`,
      },
      [],
    ],
  ])('is not told of where the worker %s', async (_what, source, all, execArgv) => {
    const { code, stderr } = await servers.run(source, { files: all, execArgv });
    expect(code).toBe(0);
    expect(stderr).not.toContain('has no costspan');
  });

  it('is told of where it is one of a pool that runs the application’s code', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register'; import { Piscina } from 'piscina';
      await new Piscina(new URL('./worker.mjs', import.meta.url)).done;`,
      {
        files: {
          ...files(WORK),
          'node_modules/piscina/package.json':
            '{"name":"piscina","type":"module","exports":"./index.js"}',
          'node_modules/piscina/index.js': `import { Worker } from 'node:worker_threads';
            export class Piscina {
              constructor(file) {
                this.done = new Promise((resolve) => new Worker(file).once('exit', resolve));
              }
            }`,
        },
      },
    );
    expect(stderr.match(TOLD)).toHaveLength(1);
  });
});
