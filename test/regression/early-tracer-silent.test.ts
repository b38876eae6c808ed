import { describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';

const LATE: Readonly<Record<string, string>> = {
  esm: `await import('costspan/register')`,
  commonjs: `require('costspan/register')`,
};

describe('a tracer that was handed out before costspan was loaded', () => {
  const servers = startServers();

  it.each(['module', 'commonjs'] as const)('is not silent, in a %s', async (type) => {
    const isEsm = type === 'module';
    await servers.run(
      `${isEsm ? `import { trace } from '@opentelemetry/api';` : `const { trace } = require('@opentelemetry/api');`}
      const [early, used] = ['early', 'used'].map((name) => trace.getTracer(name));
      used.startSpan('lost').end();
      ${isEsm ? LATE['esm'] : LATE['commonjs']};
      // The first LLM SDK, or the first tracer of now, wakes costspan.
      trace.getTracer('late').startSpan('late').end();
      early.startSpan('one').end();
      used.startSpan('two').end();`,
      { type },
    );
    expect(servers.sink.spans.map(({ name }) => name)).toEqual(['late', 'one', 'two']);
  });

  it('follows the application’s own provider when that comes last', async () => {
    const { code, stderr } = await servers.run(`
      import { trace } from '@opentelemetry/api';
      const early = trace.getTracer('early');
      await import('costspan/register');
      const { TracerProvider } = await import('@opentelemetry/sdk-trace');
      const names = [];
      const collect = { onStart() {}, onEnd: ({ name }) => names.push(name), forceFlush: async () => {}, shutdown: async () => {} };
      trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [collect] }));
      early.startSpan('theirs').end();
      if (names.join() !== 'theirs') throw new Error(names.join());`);
    expect([code, stderr.includes('Error')]).toEqual([0, false]);
    expect(servers.sink.spans).toEqual([]);
  });
});
