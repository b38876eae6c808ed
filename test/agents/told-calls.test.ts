import type { Attributes } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AgentLimitConfig } from '../../processor/governance/config/index.ts';
import { type Harness, inSpan, startCall, startHarness, total } from '../processor/harness.ts';

let harness: Harness;
beforeEach(() => {
  harness = startHarness();
});
afterEach(() => harness.stop());

const AGENT: Attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'a' };

const STARTED_MS = Date.now() - 60_000;

/** A call of 1,500 tokens for 0.0075 USD that another instrumentation traced. */
function told(startedMs: number = STARTED_MS): void {
  harness.tracer
    .startSpan('chat', {
      startTime: startedMs,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 1_000,
        'gen_ai.usage.output_tokens': 500,
      },
    })
    .end(startedMs + 10);
}

function toldAt(millis: number): () => void {
  return () => told(STARTED_MS + millis);
}

function tool(): void {
  inSpan(harness, 'execute_tool t', () => undefined, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 't',
  });
}

function agent(...steps: readonly (() => void)[]): void {
  inSpan(
    harness,
    'invoke_agent a',
    () => {
      for (const step of steps) step();
    },
    AGENT,
  );
}

async function alerts(): Promise<[number, number]> {
  const points = await harness.collect();
  return [total(points, 'costspan.agent.alerts'), total(points, 'costspan.agent.stops')];
}

const inside = (): void => agent(() => told());

// Each limit with a run that is within it, and one step more.
it.each<[string, AgentLimitConfig, readonly (() => void)[], () => void]>([
  ['inference_calls', { maxInferenceCalls: 3 }, [told, told, told], told],
  ['tokens', { maxTokens: 2_000 }, [told, told], told],
  ['cost', { maxCostUsd: 0.01 }, [told, told], told],
  ['context_tokens', { maxContextTokens: 999 }, [], told],
  ['tool_calls', { maxToolCalls: 2 }, [told, tool, told, tool], told],
  ['depth', { maxDepth: 1 }, [told], inside],
  ['duration', { maxDurationSeconds: 2 }, [toldAt(0), toldAt(1_999)], toldAt(2_000)],
  ['inference_calls', { maxInferenceCalls: 2, match: { agent: 'a' } }, [told, inside], told],
])('a call beyond %s %j that a span tells of alerts once', async (limit, limits, within, more) => {
  harness.pipeline.governance.agents.configure([limits]);
  agent(...within);
  expect(await alerts()).toEqual([0, 0]);
  agent(...within, more, more);
  expect(await alerts()).toEqual([1, 0]);
  const points = await harness.collect();
  expect(total(points, 'costspan.agent.alerts', { 'costspan.limit': limit })).toBe(1);
});

it('a call that we watch is stopped by what told calls have used up', async () => {
  harness.pipeline.governance.agents.configure([{ maxInferenceCalls: 2 }]);
  const denials: unknown[] = [];
  agent(told, told, () => {
    const { call, end } = startCall(harness);
    denials.push(harness.pipeline.calls.admit(call));
    end({ outcome: 'blocked' });
  });
  expect(denials).toEqual([
    expect.objectContaining({ name: 'AgentLimitError', limit: 'inference_calls' }),
  ]);
  expect(await alerts()).toEqual([0, 1]);
});
