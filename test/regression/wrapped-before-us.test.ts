import { describe, expect, it } from 'vitest';
import { startServers } from '../register/harness.ts';

/** How an instrumentation that was there first may hand on what `create` returned. */
const WRAPPERS: Readonly<Record<string, string>> = {
  'a promise of its own': `async (...args) => await original.apply(this, args)`,
  'the promise of the SDK, whose body it has begun to read': `(...args) => {
    const promise = original.apply(this, args);
    promise.then(() => {}, () => {});
    return promise;
  }`,
  'a proxy before the stream': `async (...args) => {
    const result = await original.apply(this, args);
    if (args[0].stream !== true) return result;
    const chunks = (async function* () { for await (const chunk of result) yield chunk; })();
    return new Proxy(result, {
      get: (target, name) => name === Symbol.asyncIterator ? () => chunks : Reflect.get(target, name),
    });
  }`,
};

describe('an SDK that another instrumentation wrapped before us', () => {
  const servers = startServers();

  it.each(Object.entries(WRAPPERS))('is watched behind %s', async (_name, wrapper) => {
    const { provider, sink } = servers;
    provider.reset();
    provider.always(({ body }) => (body as { model?: unknown }).model === 'fails', {
      status: 400,
      json: { error: { message: 'no', type: 'invalid_request_error' } },
    });
    const { code, stdout } = await servers.run(`
      import OpenAI from 'openai';
      const { prototype } = OpenAI.Chat.Completions;
      const original = prototype.create;
      prototype.create = function create(...all) { return (${wrapper})(...all); };
      await import('costspan/register');
      const { chat: { completions } } = new OpenAI();
      const messages = [{ role: 'user', content: 'Why?' }];
      const { choices } = await completions.create({ model: 'gpt-4o', messages });
      let chunks = 0;
      const stream = await completions.create({ model: 'gpt-4o', messages, stream: true });
      for await (const chunk of stream) chunks += chunk.choices.length;
      // Nobody waits for this one through its promise, and its failure is nobody's news.
      const failure = await completions.create({ model: 'fails', messages }).catch((error) => error);
      console.log(choices.length, chunks > 1, failure.status);`);
    expect([code, stdout.trim()]).toEqual([0, '1 true 400']);
    expect(sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'ok' })).toBe(2);
    expect(sink.metricValue('costspan.calls', { 'costspan.call.outcome': 'error' })).toBe(1);
    const told = sink.spans.filter(({ scope }) => scope.name === 'costspan');
    expect(told).toHaveLength(3);
    for (const span of told.slice(0, 2)) {
      expect(span.attributes).toMatchObject({ 'costspan.price.state': 'priced' });
      expect(span.attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    }
  });
});
