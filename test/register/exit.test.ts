import { describe, expect, it } from 'vitest';
import { startChild } from '../support/run-child.ts';
import { CALL, callSpans, startServers } from './harness.ts';

const APP = `import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`;
const STAY = `setInterval(() => {}, 1000); console.log('ready');`;

describe('the end of a process', () => {
  const servers = startServers();

  /** Runs an app until it says that it is ready, sends the signals, and waits for its end. */
  async function signalled(source: string, ...signals: NodeJS.Signals[]) {
    const child = startChild(source, { env: servers.env });
    await child.printed('ready');
    for (const signal of signals) child.process.kill(signal);
    return child.done;
  }

  it('sends everything and keeps the exit code when there is nothing left to do', async () => {
    const result = await servers.run(`${APP} process.exitCode = 3;`);
    expect([result.code, result.signal]).toEqual([3, null]);
    expect(callSpans(servers.sink)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('sends what a beforeExit listener of the application still does', async () => {
    await servers.run(
      `${APP} let again = true;
       process.on('beforeExit', async () => { if (again) { again = false; ${CALL} } });`,
    );
    expect(callSpans(servers.sink)).toHaveLength(2);
    expect(servers.sink.metricValue('costspan.calls')).toBe(2);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'sends everything on %s and ends by that signal',
    async (signal) => {
      const result = await signalled(`${APP} ${STAY}`, signal);
      expect([result.code, result.signal]).toEqual([null, signal]);
      expect(callSpans(servers.sink)).toHaveLength(1);
      expect(servers.sink.metricValue('costspan.calls')).toBe(1);
    },
  );

  it('leaves a signal to an application that listens', async () => {
    const result = await signalled(
      `${APP} process.on('SIGTERM', () => { console.log('closing'); setTimeout(() => process.exit(7), 50); }); ${STAY}`,
      'SIGTERM',
    );
    expect(result.stdout).toContain('closing');
    expect([result.code, result.signal]).toEqual([7, null]);
  });

  it('goes on when the application takes a signal for something else, each time', async () => {
    const child = startChild(
      `${APP} let times = 0;
       process.on('SIGHUP', () => {
         console.log('reload ' + ++times);
         if (times === 2) clearInterval(timer);
       });
       const timer = setInterval(() => {}, 1000); console.log('ready');`,
      { env: servers.env },
    );
    await child.printed('ready');
    child.process.kill('SIGHUP');
    await child.printed('reload 1');
    child.process.kill('SIGHUP');
    expect(await child.done).toMatchObject({ code: 0, signal: null });
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('does not keep another library from raising the signal again', async () => {
    // The way of signal-exit and its like: step aside only where nobody else listens.
    const result = await signalled(
      `${APP} const polite = () => {
         if (process.listeners('SIGTERM').length !== 1) return;
         process.removeListener('SIGTERM', polite);
         process.kill(process.pid, 'SIGTERM');
       };
       process.on('SIGTERM', polite); ${STAY}`,
      'SIGTERM',
    );
    expect(result.signal).toBe('SIGTERM');
  });

  it('ends at the second signal, while the first still waits for a Collector', async () => {
    // A Collector that takes the connection and never answers.
    const child = startChild(
      `import { createServer } from 'node:net';
       const silent = createServer(() => console.log('asked')).listen(0);
       process.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:' + silent.address().port;
       await import('costspan/register'); const { default: OpenAI } = await import('openai');
       ${CALL} ${STAY}`,
      { env: { ...servers.env, OTEL_EXPORTER_OTLP_TIMEOUT: '20000' } },
    );
    await child.printed('ready');
    child.process.kill('SIGINT');
    await child.printed('asked');
    child.process.kill('SIGINT');
    expect(await child.done).toMatchObject({ code: null, signal: 'SIGINT' });
  });

  it.each([
    ['by itself', APP, { code: 0, signal: null }],
    [
      'by a signal',
      `${APP} ${STAY} process.kill(process.pid, 'SIGTERM');`,
      { code: null, signal: 'SIGTERM' },
    ],
  ])('ends %s where there is no Collector', async (_how, source, end) => {
    const result = await servers.run(source, {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
    });
    expect(result).toMatchObject(end);
  });
});
