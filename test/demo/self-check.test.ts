import { describe, expect, it } from 'vitest';

import type { BilledAnswer } from '../../examples/demo/provider.ts';
import { selfCheck } from '../../examples/demo/report/self-check.ts';
import { type OtlpSink, startOtlpSink } from '../support/otlp-sink.ts';
import { counter, sendCalls, sendMetrics } from './otlp-input.ts';

const call = {
  'gen_ai.response.id': 'r-1',
  'gen_ai.response.model': 'm',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.cache_read.input_tokens': 60,
  'gen_ai.usage.output_tokens': 20,
  'gen_ai.usage.cost.amount': 0.5,
  'costspan.usage.source': 'provider',
};
const cutOff = {
  ...call,
  'gen_ai.response.id': 'r-2',
  'gen_ai.usage.output_tokens': 7,
  'costspan.usage.source': 'estimated',
};
const usage = { input: 40, cacheRead: 60, output: 15, reasoning: 5 };
const bill: readonly BilledAnswer[] = [
  { id: 'r-1', model: 'm', usage },
  { id: 'r-2', model: 'm', usage },
];

async function sendSums(sink: OtlpSink, usd: number, tokens: number, calls: number): Promise<void> {
  await sendMetrics(sink, [
    counter('costspan.cost.usd', '{USD}', [[usd, {}]]),
    counter('costspan.tokens', '{token}', [[tokens, {}]]),
    counter('costspan.calls', '{call}', [[calls, {}]]),
  ]);
}

describe('selfCheck', () => {
  it('is content when metrics, spans and the bill say the same', async () => {
    await using sink = await startOtlpSink();
    await sendCalls(sink, [call, cutOff]);
    await sendSums(sink, 1, 227, 2);
    const { line, faults } = selfCheck(sink, bill);
    expect(faults).toEqual([]);
    expect(line).toBe(
      'Self-check: metrics 1.000000 USD, spans 1.000000 USD; 2 calls, 1 cut off and estimated; ' +
        '120 tokens billed, 1 models: all agree.',
    );
  });

  it('names each sum that metrics and spans do not share', async () => {
    await using sink = await startOtlpSink();
    await sendCalls(sink, [call]);
    await sendSums(sink, 0.500000002, 119, 2);
    const { line, faults } = selfCheck(sink, bill.slice(0, 1));
    expect(line).toContain('THEY DISAGREE');
    expect(faults).toEqual([
      'The metrics add up to 0.500000002 USD, the spans to 0.5 USD.',
      'The metrics count 119 tokens, the spans 120.',
      'The metrics count 2 calls, and there are 1 spans.',
    ]);
  });

  it('finds a call that was billed and never seen, and one seen twice', async () => {
    await using sink = await startOtlpSink();
    await sendCalls(sink, [call, call]);
    await sendSums(sink, 1, 240, 2);
    const { faults } = selfCheck(sink, [...bill.slice(0, 1), { id: 'r-3', model: 'n', usage }]);
    expect(faults).toHaveLength(2);
    expect(faults[0]).toMatch(
      /^Of m the provider billed .*"calls":1.* and the spans say .*"calls":2/,
    );
    expect(faults[1]).toMatch(/^Of n the provider billed .* and the spans say "nothing"/);
  });

  it('takes silence for no agreement', async () => {
    await using sink = await startOtlpSink();
    expect(selfCheck(sink, []).faults).toEqual(['No cost has arrived.']);
  });
});
