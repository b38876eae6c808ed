import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LlmCall } from '../../conventions/index.ts';
import { measureRequest } from '../../instrumentation/core/call/request-size.ts';
import { Calibration } from '../../processor/governance/budgets/reserve/calibration.ts';
import { CallEstimate } from '../../processor/governance/budgets/reserve/estimate.ts';
import { limitsOf } from '../../processor/governance/budgets/reserve/model-limits.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';

const pricer = createPricer();

function estimated(
  provider: string,
  model: string,
  body: object,
  more: Partial<LlmCall> = {},
  calibration = new Calibration(),
): CallEstimate {
  const call = new LlmCall('chat', provider);
  Object.assign(call, { requestModel: model, startTimeMs: Date.now() }, more);
  call.requestSize = () => measureRequest(body);
  return new CallEstimate(call, 'triage', pricer, calibration);
}

/** What a request with these tools may come to at most. */
function usdWith(tools: readonly object[], more: object = {}): number {
  const body = { input: 'a'.repeat(400_000), tools, ...more };
  return estimated('openai', 'gpt-4o', body).firm.usd! / 1e9;
}

describe('the estimate of a hard budget', () => {
  it('is no less than the price of whatever the call may use', () => {
    const models = constantFrom(
      ['openai', 'gpt-4o'],
      ['openai', 'gpt-5.4'],
      ['openai', 'o4-mini'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['gcp.gemini', 'gemini-2.5-pro'],
      ['x_ai', 'grok-4'],
    );
    const shares = record({
      length: integer({ min: 1, max: 400_000 }),
      // How much of the input is cached, and of the output is reasoning, in percent.
      cached: integer({ min: 0, max: 100 }),
      reasoning: integer({ min: 0, max: 100 }),
      limit: integer({ min: 1, max: 60_000 }),
      choices: integer({ min: 1, max: 4 }),
      tier: constantFrom(undefined, 'flex', 'priority', 'batch'),
    });
    assert(
      property(models, shares, ([provider = '', model = ''], use) => {
        const body = {
          model,
          messages: [{ role: 'user', content: 'a '.repeat(use.length / 2 + 1) }],
        };
        const asked = {
          maxOutputTokens: use.limit,
          choices: use.choices,
          requestedTier: use.tier,
        };
        const bound = estimated(provider, model, body, asked).firm;
        const call = new LlmCall('chat', provider);
        // The most that the text and the limit allow: a token a byte, every choice to its end.
        const output = use.limit * use.choices;
        const cacheRead = Math.floor((use.length * use.cached) / 100);
        const reasoning = Math.floor((output * use.reasoning) / 100);
        Object.assign(call, {
          requestModel: model,
          responseModel: model,
          requestedTier: use.tier,
          endTimeMs: Date.now(),
          usage: {
            input: use.length - cacheRead,
            cacheRead,
            output: output - reasoning,
            reasoning,
          },
        });
        const price = pricer.price(call).cost?.totalNanos;
        expect(price).toBeGreaterThan(0);
        expect(bound.usd).toBeGreaterThanOrEqual(price!);
        expect(bound.tokens).toBeGreaterThanOrEqual(use.length + output);
      }),
      { numRuns: 300 },
    );
  });

  it('counts what lies elsewhere as the whole context window', () => {
    const { input } = limitsOf('gpt-4o');
    const text = { messages: [{ role: 'user', content: 'hi' }] };
    const more = { maxOutputTokens: 10 };
    expect(estimated('openai', 'gpt-4o', text, more).firm.inputTokens).toBeLessThan(100);
    for (const body of [
      { ...text, previous_response_id: 'resp_1' },
      { messages: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] },
      { ...text, tools: [{ type: 'web_search' }] },
    ]) {
      expect(estimated('openai', 'gpt-4o', body, more).firm.inputTokens).toBe(input);
    }
  });

  it('takes the most output of the model where the request sets no limit', () => {
    const { tokens, inputTokens } = estimated('openai', 'gpt-4o', {}).firm;
    expect(tokens - inputTokens).toBe(limitsOf('gpt-4o').output);
  });

  it('reckons with cache writes where the request asks for them', () => {
    const plain = { system: 'x'.repeat(1_000) };
    const cached = { ...plain, cache_control: { type: 'ephemeral', ttl: '1h' } };
    const [cachedUsd = 0, plainUsd = 0] = [cached, plain].map((body) =>
      estimated('anthropic', 'claude-sonnet-4-5', body, { maxOutputTokens: 1 }).inputUsd(true),
    );
    expect(cachedUsd / plainUsd).toBeGreaterThan(1.9);
  });
});

describe('the estimate of a balanced budget', () => {
  it('follows what such calls have used', () => {
    const calibration = new Calibration();
    const body = { messages: [{ role: 'user', content: 'word '.repeat(800) }] };
    const more = { maxOutputTokens: 8_000 };
    const first = estimated('openai', 'gpt-4o', body, more, calibration);
    const before = first.likely;
    for (let call = 0; call < 64; call += 1) {
      const output = call % 20 === 0 ? 900 : 100;
      calibration.observe(first.calibrationKey, first.plainBytes, 810, output);
    }
    const after = estimated('openai', 'gpt-4o', body, more, calibration).likely;
    expect(after.inputTokens).toBeGreaterThanOrEqual(810);
    expect(after.inputTokens).toBeLessThan(before.inputTokens);
    expect(after.tokens - after.inputTokens).toBeLessThan(before.tokens - before.inputTokens);
  });
});

describe('limitsOf', () => {
  it.each([
    ['gpt-4o-mini-2024-07-18', 16_384],
    ['openai/gpt-4.1', 32_768],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 64_000],
    ['ft:gpt-4o:acme', 16_384],
    ['some-new-model', 128_000],
  ])('%s gives at most %i tokens', (model, output) => {
    expect(limitsOf(model).output).toBe(output);
  });

  it('reckons with each kind of tool at its own price', () => {
    const alone = usdWith([{ type: 'web_search' }]);
    expect(usdWith([{ type: 'web_search_preview' }]) - alone).toBeCloseTo(5 * 0.015, 3);
    const both = usdWith([{ type: 'web_search' }, { type: 'file_search' }]);
    expect(both - alone).toBeCloseTo(5 * 0.0025, 3);
    const limited = usdWith([{ type: 'web_search' }], { max_tool_calls: 1 });
    expect(alone - limited).toBeCloseTo(4 * 0.01, 3);
  });
});
