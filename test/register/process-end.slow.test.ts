import { describe, expect, it } from 'vitest';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { type ChildOptions, type ChildResult, startChild } from '../support/run-child.ts';
import { CALL, callSpans, startServers } from './harness.ts';

/** Prints who listens to what; then makes a call. */
const LOOK = `console.log(JSON.stringify(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'exit', 'beforeExit',
    'uncaughtException', 'unhandledRejection'].map((name) => process.listenerCount(name))),
  process.getMaxListeners());`;
const ESM = `import 'costspan/register';
  import OpenAI from 'openai'; import { createServer } from 'node:http'; ${CALL} ${LOOK}`;
const STAY = `const stay = setInterval(() => {}, 1000); console.log('ready');`;
const SERVE = `const server = createServer().listen(0, () => console.log('ready'));`;

type Action = (child: ReturnType<typeof startChild>) => Promise<unknown>;

const signal =
  (name: NodeJS.Signals): Action =>
  async (child) => {
    await child.printed('ready');
    child.process.kill(name);
  };

/** What remains the same wherever the app lies, but for our frame below a listener that throws. */
function plain({ code, signal: ended, stdout, stderr }: ChildResult): object {
  const changing = /(file:\/\/)?\/tmp\/costspan-app-\w+|\(node:\d+\)|.*process-end\.ts.*\n/gu;
  return { code, signal: ended, stdout, stderr: stderr.replaceAll(changing, '') };
}

/** Calls that arrived, by the signal that tells of them. */
function arrived(sink: OtlpSink): object {
  return {
    spans: callSpans(sink).length,
    metrics: sink.metricValue('costspan.calls'),
    logs: sink.logs.filter((log) => log.eventName === 'costspan.call').length,
  };
}

describe('what arrives when a process ends', () => {
  const servers = startServers();
  const files = { 'costspan.yaml': 'ledger: { mode: events }' };

  async function run(
    source: string,
    act: Action | undefined,
    sink: OtlpSink,
    options: ChildOptions = {},
  ): Promise<ChildResult> {
    const env = {
      ...servers.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      COSTSPAN_LOG: 'warn',
      ...options.env,
    };
    const child = startChild(source, { ...options, files: { ...files, ...options.files }, env });
    await act?.(child);
    return child.done;
  }

  const CJS = `require('costspan/register');
    const OpenAI = require('openai'); const { createServer } = require('node:http');
    (async () => { ${CALL} ${LOOK}`;

  it.concurrent.each<[how: string, source: string, act?: Action]>([
    ['by an empty loop', `process.exitCode = 3;`],
    ['by process.exit() right after a call', `process.exit(4);`],
    ['by process.reallyExit()', `process.reallyExit(5);`],
    ['by an uncaught error', `throw new Error('boom');`],
    ['by an uncaught error in a turn of its own', `setTimeout(() => { throw new Error('x'); });`],
    [
      'by an uncaught error that is watched',
      `process.on('uncaughtExceptionMonitor', (error) => console.log('seen', error.message));
       setTimeout(() => { throw new Error('boom'); });`,
    ],
    [
      "by the application's own handler of uncaught errors",
      `process.on('uncaughtException', () => process.exit(6)); throw new Error('boom');`,
    ],
    ['by an unhandled rejection', `Promise.reject(new Error('boom')); ${STAY}`],
    ['by SIGTERM', STAY, signal('SIGTERM')],
    ['by SIGINT', STAY, signal('SIGINT')],
    ['by SIGHUP', STAY, signal('SIGHUP')],
    ['by SIGQUIT', STAY, signal('SIGQUIT')],
    ['by a signal that it raises itself', `process.kill(process.pid); console.log('not reached');`],
    [
      'by closing its server on a signal',
      `${SERVE} process.on('SIGTERM', () => server.close(() => console.log('closed')));`,
      signal('SIGTERM'),
    ],
    [
      'by process.exit() once its server is closed',
      `${SERVE} process.on('SIGTERM', () => server.close(() => process.exit(0)));`,
      signal('SIGTERM'),
    ],
    [
      'by raising the signal again after asynchronous hooks, as NestJS does',
      `${SERVE} const hooks = async (signal) => {
         await new Promise((resolve) => server.close(resolve));
         await new Promise((resolve) => setTimeout(resolve, 20));
         for (const name of ['SIGTERM', 'SIGINT']) process.removeListener(name, hooks);
         process.kill(process.pid, signal);
         console.log('not reached');
       };
       for (const name of ['SIGTERM', 'SIGINT']) process.on(name, hooks);`,
      signal('SIGINT'),
    ],
    [
      'by raising the signal again in a listener that hears it once',
      `process.once('SIGHUP', (signal) => process.kill(process.pid, signal)); ${STAY}`,
      signal('SIGHUP'),
    ],
    [
      'by the number of a signal',
      `process.on('SIGTERM', () => { process.removeAllListeners(); process.kill(process.pid, 15); });
       ${STAY}`,
      signal('SIGTERM'),
    ],
    [
      'by process.exit() when the loop is empty',
      `process.on('beforeExit', (code) => { console.log('empty', code); process.exit(7); });`,
    ],
    [
      'by process.exit() in a listener of exit',
      `process.on('exit', (code) => { console.log('exit', code); process.exit(8); });`,
    ],
    [
      'by an error in a listener of exit',
      `process.on('exit', () => { throw new Error('late'); }); process.exit(0);`,
    ],
    [
      'with ten listeners of its own to each event',
      `for (const name of ['SIGTERM', 'exit', 'beforeExit']) {
         for (let i = 0; i < 10; i++) process.on(name, () => console.log(name, i));
       }
       process.on('SIGTERM', () => process.exit(9)); ${STAY}`,
      signal('SIGTERM'),
    ],
    ['with a number for its exit code', `process.exitCode = '10'; process.exit();`],
  ])('%s', async (_how, end, act) => {
    await using sink = await startOtlpSink();
    const result = await run(`${ESM} ${end}`, act, sink);
    const without = await run(
      `${ESM.replace("import 'costspan/register';", '')} ${end}`,
      act,
      sink,
    );
    expect(plain(result)).toEqual(plain(without));
    expect(arrived(sink)).toEqual({ spans: 1, metrics: 1, logs: 1 });
  });

  it.concurrent.each<[how: string, end: string, act?: Action]>([
    ['by an empty loop', ``],
    ['by process.exit() right after a call', `process.exit(4);`],
    ['by an unhandled rejection', `throw new Error('boom');`],
    ['by a signal', STAY, signal('SIGTERM')],
    [
      'by raising the signal again',
      `process.once('SIGTERM', () => process.kill(process.pid, 'SIGTERM')); ${STAY}`,
      signal('SIGTERM'),
    ],
  ])('in CommonJS %s', async (_how, end, act) => {
    await using sink = await startOtlpSink();
    const options = { type: 'commonjs' } as const;
    const result = await run(`${CJS} ${end} })();`, act, sink, options);
    const bare = CJS.replace("require('costspan/register');", '');
    const without = await run(`${bare} ${end} })();`, act, sink, options);
    expect(plain(result)).toEqual(plain(without));
    expect(arrived(sink)).toEqual({ spans: 1, metrics: 1, logs: 1 });
  });
});
