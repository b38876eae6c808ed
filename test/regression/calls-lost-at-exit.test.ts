import { describe, expect, it } from 'vitest';
import type { ProviderRequest } from '../support/provider-server.ts';
import { startChild } from '../support/run-child.ts';
import { CALL, callSpans, startServers } from '../register/harness.ts';

const START = `import 'costspan/register'; import { flushTelemetry } from 'costspan'; import OpenAI from 'openai';`;
const CREATE = (more = '') => `new OpenAI().chat.completions.create({
  model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], ${more}
})`;

const isLate = ({ body }: ProviderRequest): boolean => JSON.stringify(body).includes('late');

describe('calls at the end of a process', () => {
  const servers = startServers();

  it.each([
    ['a stream that nobody read', `await ${CREATE('stream: true')};`],
    ['a promise that nobody awaited', `void ${CREATE()};`],
  ])('books %s', async (_what, source) => {
    const { code, stderr } = await servers.run(`${START} ${source}`);
    expect([code, stderr.split('\n').length]).toEqual([0, 2]);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(
      1,
    );
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('sends what ended after the flush of a signal that the application took', async () => {
    servers.provider.reset();
    const child = startChild(
      `${START} const keep = setInterval(() => {}, 1000);
       process.on('SIGTERM', () => { clearInterval(keep); console.log('closing'); });
       ${CALL}
       const open = ${CREATE("user: 'late'")};
       open.then(() => console.log('answered'));
       console.log('ready');`,
      // Without spans there is no other news than the call's own end.
      { env: { ...servers.env, OTEL_TRACES_SAMPLER: 'always_off' } },
    );
    servers.provider.on(isLate, { json: {}, hangAfter: 0 });
    await child.printed('ready');
    await servers.provider.arrived(2);
    child.process.kill('SIGTERM');
    await child.printed('closing');
    servers.provider.release();
    expect((await child.done).stdout).toContain('answered');
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'ok' })).toBe(2);
  });

  it('books a call in flight when a signal ends the process', async () => {
    servers.provider.reset();
    servers.provider.next({ json: {}, hangAfter: 0 });
    const child = startChild(`${START} void ${CREATE()}; console.log('ready');`, {
      env: servers.env,
    });
    await child.printed('ready');
    await servers.provider.arrived(1);
    child.process.kill('SIGTERM');
    expect((await child.done).signal).toBe('SIGTERM');
    expect(servers.sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'aborted' })).toBe(
      1,
    );
  });

  it('sends everything before process.exit when flushTelemetry is awaited', async () => {
    const { code } = await servers.run(
      `${START} await flushTelemetry(); ${CALL} await flushTelemetry(); process.exit(4);`,
    );
    expect(code).toBe(4);
    expect(callSpans(servers.sink)).toEqual(['costspan chat gpt-4o']);
    expect(servers.sink.metricValue('costspan.calls')).toBe(1);
  });

  it('has nothing to flush where register was not loaded', async () => {
    const { stdout } = await servers.run(
      `import { flushTelemetry } from 'costspan'; console.log(await flushTelemetry());`,
    );
    expect(stdout).toBe('undefined\n');
  });
});
