import { describe, expect, it } from 'vitest';
import { startServers } from './harness.ts';
import { ownOpenTelemetry, readPrinted } from './own-opentelemetry.ts';

/** Asks a host of a provider, looked up to the local server, past every SDK. */
const ASK = `
  import { Agent } from 'undici';
  const lookup = (host, options, done) => options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const dispatcher = new Agent({ connect: { lookup } });
  const url = new URL(process.env.OPENAI_BASE_URL.replace('127.0.0.1', 'api.openai.com') + '/chat/completions');
  const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Why?' }] });
  const { fetch } = await import('undici');`;

describe('register', () => {
  const servers = startServers();

  it('counts and tells of what no instrumentation saw, and notes it for the doctor', async () => {
    const { stderr, stdout, code } = await servers.run(
      `import 'costspan/register';${ASK}
      for (let index = 0; index < 3; index++) await (await fetch(url, { method: 'POST', body, dispatcher })).text();
      await dispatcher.close();
      const { readFileSync } = await import('node:fs');
      console.log(readFileSync('node_modules/.cache/costspan/unmetered.json', 'utf8'));`,
      { files: { 'node_modules/.keep': '' } },
    );
    expect(code).toBe(0);
    expect(stderr.match(/seen by no instrumentation/g)).toHaveLength(1);
    expect(stderr).toMatch(/a request to api\.openai\.com, made at .*main\.mjs:\d+:\d+, was seen/);
    expect(JSON.parse(stdout)).toEqual([
      {
        host: 'api.openai.com',
        caller: expect.stringMatching(/main\.mjs:\d+:\d+$/),
        firstSeen: expect.any(String),
      },
    ]);
    const address = { 'server.address': 'api.openai.com' };
    expect(servers.sink.metricValue('costspan.unmetered.requests', address)).toBe(3);
  });

  it('says nothing of the calls of a watched SDK to the same host', async () => {
    const { stderr, code } = await servers.run(`import 'costspan/register';${ASK}
      import OpenAI from 'openai';
      const client = new OpenAI({
        baseURL: url.origin + '/v1',
        fetch: (address, options) => fetch(address, { ...options, dispatcher }),
      });
      const messages = [{ role: 'user', content: 'Why?' }];
      await client.chat.completions.create({ model: 'gpt-4o', messages });
      for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages, stream: true }));
      await client.chat.completions.create({ model: 'gpt-4o', messages }).withResponse();
      await client.models.list().catch(() => undefined);
      await dispatcher.close();`);
    expect(code).toBe(0);
    expect(stderr).not.toContain('seen by no instrumentation');
    expect(servers.sink.metricValue('costspan.calls')).toBe(3);
    expect(servers.sink.metrics.get('costspan.unmetered.requests')).toBeUndefined();
  });

  it('names the place of a request by Node’s own fetch', async () => {
    const { stderr } = await servers.run(
      `import 'costspan/register';
      await fetch('http://api.openai.com:59999/v1/chat/completions', { method: 'POST' }).catch(() => {});`,
      { entry: 'asks.mjs' },
    );
    expect(stderr).toMatch(/a request to api\.openai\.com, made at \S+asks\.mjs:2:\d+, was seen/);
  });

  it('counts where spans and requests were made before it', async () => {
    const { stderr } = await servers.run(`
      import { trace } from '@opentelemetry/api';${ASK}
      const work = () => trace.getTracer('app').startActiveSpan('work', async (span) => {
        await (await fetch(url, { method: 'POST', body, dispatcher })).text();
        span.end();
      });
      await work();
      await import('costspan/register');
      await work();
      await dispatcher.close();`);
    expect(stderr.match(/seen by no instrumentation/g)).toHaveLength(1);
    expect(servers.sink.metricValue('costspan.unmetered.requests')).toBe(1);
  });

  const EXPORTED = /"costspan\.unmetered\.requests","value":1\b/;
  const SEND = `await (await fetch(url, { method: 'POST', body, dispatcher })).text();`;
  const own = `import { start, stop } from './otel.mjs';`;
  /** Until the request is in an export of the application's own. */
  const END = `for (let seen = false; !seen; seen = counted()) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await flush();
    }
    await stop(); await dispatcher.close();`;
  const WATCH_PRINTS = `
    let printed = '';
    const log = console.log;
    console.log = (line) => { printed += line; log(line); };
    const counted = () => ${EXPORTED}.test(printed);`;

  describe.each(['3.x', '2.x'] as const)(
    'exported by OpenTelemetry %s of the application',
    (version) => {
      const setUp = ownOpenTelemetry(version);
      it.each([
        ['that starts before', `${own} start(); await import('costspan/register'); ${ASK} ${SEND}`],
        ['that starts after', `import 'costspan/register'; ${own} start(); ${ASK} ${SEND}`],
        ['that starts after it', `import 'costspan/register'; ${own} ${ASK} ${SEND} start();`],
      ])('%s, is one request', async (_when, source) => {
        const { stdout, stderr } = await servers.run(
          `${source} await stop(); await dispatcher.close();`,
          setUp,
        );
        const printed = readPrinted(stdout).flatMap(({ metric }) =>
          metric?.name === 'costspan.unmetered.requests' ? [metric.value] : [],
        );
        // What was sent before the application's provider came is not told to that one again.
        const sent = servers.sink.metricValue('costspan.unmetered.requests') ?? 0;
        expect(printed.reduce((sum, value) => sum + value, sent)).toBe(1);
        expect((stdout + stderr).match(/seen by no instrumentation/g)).toHaveLength(1);
      });
    },
  );

  it('is exported by providers that come after it, where register is not at work', async () => {
    const { stdout } = await servers.run(
      `import { costspanInstrumentations } from 'costspan'; ${own} ${WATCH_PRINTS}
      import { metrics } from '@opentelemetry/api'; ${ASK}
      const flush = () => metrics.getMeterProvider().forceFlush();
      costspanInstrumentations();
      ${SEND}
      start(); ${END}`,
      ownOpenTelemetry('3.x'),
    );
    expect(stdout).toMatch(EXPORTED);
  });

  it('does without the note where it cannot be written', async () => {
    const { code, stderr } = await servers.run(
      `import 'costspan/register';${ASK}
      await (await fetch(url, { method: 'POST', body, dispatcher })).text();
      await dispatcher.close();`,
      { files: { 'node_modules/.cache': 'a file where a folder should be' } },
    );
    expect([code, stderr.includes('seen by no instrumentation')]).toEqual([0, true]);
  });
});
