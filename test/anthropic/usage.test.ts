import { describe, expect, it } from 'vitest';

import {
  type MessageCounters,
  convertAdvisors,
  convertCounters,
  emptyCounters,
  updateInput,
  updateOutput,
} from '../../providers/usage/anthropic.ts';

function countersOf(...usages: readonly object[]): MessageCounters {
  const counters = emptyCounters();
  for (const usage of usages) {
    updateInput(counters, usage as Record<string, unknown>);
    updateOutput(counters, usage as Record<string, unknown>);
  }
  return counters;
}

describe('convertCounters', () => {
  it.each([
    ['nothing at all', {}, undefined],
    ['no counts', { input_tokens: null, service_tier: 'standard' }, undefined],
    ['the oldest shape', { input_tokens: 9, output_tokens: 4 }, { input: 9, output: 4 }],
    ['zeros as zeros', { input_tokens: 0, output_tokens: 0 }, { input: 0, output: 0 }],
    [
      'a cache without a split of its lifetimes',
      {
        input_tokens: 9,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 7,
        output_tokens: 4,
      },
      { input: 9, cacheRead: 5, cacheWrite: 7, output: 4 },
    ],
    [
      'both cache lifetimes',
      {
        input_tokens: 9,
        cache_creation_input_tokens: 7,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
        output_tokens: 4,
      },
      { input: 9, cacheWrite: 3, cacheWrite1h: 4, output: 4 },
    ],
    [
      'a split without its sum',
      {
        input_tokens: 9,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
      },
      { input: 9, cacheWrite: 3, cacheWrite1h: 4 },
    ],
    [
      'thinking inside the output',
      { input_tokens: 9, output_tokens: 14, output_tokens_details: { thinking_tokens: 10 } },
      { input: 9, output: 4, reasoning: 10 },
    ],
    [
      'more thinking than output',
      { input_tokens: 9, output_tokens: 4, output_tokens_details: { thinking_tokens: 10 } },
      { input: 9, output: 0, reasoning: 4 },
    ],
    [
      'web searches',
      { input_tokens: 9, output_tokens: 4, server_tool_use: { web_search_requests: 2 } },
      { input: 9, output: 4, webSearches: 2 },
    ],
    [
      'counts of the wrong kind',
      { input_tokens: '9', output_tokens: 4, cache_read_input_tokens: -1, cache_creation: 5 },
      { output: 4 },
    ],
  ])('turns %s into disjoint classes', (_, wire, usage) => {
    expect(convertCounters(countersOf(wire))).toEqual(usage);
  });

  it('takes the newest count of each field, never the sum', () => {
    const start = {
      input_tokens: 100,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    };
    const corrected = { input_tokens: 90, output_tokens: 7, cache_read_input_tokens: null };
    const last = { output_tokens: 12, cache_creation_input_tokens: 50 };
    expect(convertCounters(countersOf(start, start, corrected, last))).toEqual({
      input: 90,
      cacheWrite: 30,
      cacheWrite1h: 20,
      output: 12,
    });
  });

  it('adds compactions, which the sums at the top leave out', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 1000, cache_read_input_tokens: 500, output_tokens: 80 },
      { type: 'message', input_tokens: 60, output_tokens: 4 },
      null,
    ];
    const counters = countersOf({ input_tokens: 60, output_tokens: 4, iterations });
    expect(convertCounters(counters)).toEqual({ input: 1060, cacheRead: 500, output: 84 });
    expect(convertAdvisors(counters)).toBeUndefined();
  });
});

describe('convertAdvisors', () => {
  it('keeps what another model used apart', () => {
    const advisor = {
      type: 'advisor_message',
      model: 'claude-opus-5-5',
      input_tokens: 800,
      output_tokens: 500,
    };
    const iterations = [advisor, { type: 'message', input_tokens: 60, output_tokens: 4 }];
    const counters = countersOf({ input_tokens: 60, output_tokens: 4, iterations });
    expect(convertCounters(counters)).toEqual({ input: 60, output: 4 });
    expect(convertAdvisors(counters)).toEqual([
      { model: 'claude-opus-5-5', usage: { input: 800, output: 500 } },
    ]);
  });
});
