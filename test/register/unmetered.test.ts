import { describe, expect, it } from 'vitest';
import { startServers } from './harness.ts';

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
