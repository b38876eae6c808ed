import { describe, expect, it } from 'vitest';
import { CALL, startServers } from '../register/harness.ts';

describe('a provider’s total', () => {
  const servers = startServers();

  it.each([
    [46, undefined],
    [999, 1],
  ])('of %i for 8 tokens in and 38 out counts %s mismatches', async (total, mismatches) => {
    servers.provider.next({
      json: {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        model: 'gpt-4o-2024-08-06',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'So.' }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 8, completion_tokens: 38, total_tokens: total },
      },
    });
    await servers.run(`import 'costspan/register'; import OpenAI from 'openai'; ${CALL}`);
    const errors = { 'costspan.component': 'usage-total' };
    expect(servers.sink.metricValue('costspan.internal.errors', errors)).toBe(mismatches);
    // What the classes say is booked all the same.
    expect(servers.sink.metricValue('costspan.tokens')).toBe(46);
  });
});
