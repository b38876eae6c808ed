import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { currentRunHandle } from '../../processor/index.ts';
import {
  type Harness,
  inSpan,
  makeCall,
  recordings,
  startCall,
  startHarness,
  total,
} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = startHarness();
});
afterEach(() => harness.stop());

const AGENT = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' };

function depths(...attributes: readonly Record<string, unknown>[]): unknown[] {
  return attributes.map((one) => one['costspan.loop.depth']);
}

function runIds(...attributes: readonly Record<string, unknown>[]): unknown[] {
  return attributes.map((one) => one['costspan.run.id']);
}

describe('the run of a call', () => {
  it('is the outermost agent, whose inner agents share it and count for themselves', async () => {
    const [first, inner, last] = inSpan(harness, 'GET /', () =>
      inSpan(
        harness,
        'invoke_agent planner',
        () => {
          const before = makeCall(harness);
          const below = inSpan(harness, 'invoke_agent writer', () => makeCall(harness));
          return [before, below, makeCall(harness)] as const;
        },
        AGENT,
      ),
    );
    expect(new Set(runIds(first, inner, last))).toEqual(
      new Set([harness.span('invoke_agent planner').spanContext().spanId]),
    );
    expect(depths(first, inner, last)).toEqual([1, 1, 2]);
    expect([first, inner, last].map((one) => one['costspan.agent.depth'])).toEqual([1, 2, 1]);
    expect(harness.span('invoke_agent planner').attributes).toMatchObject({
      'costspan.run.inference_calls': 3,
      'costspan.run.max_loop_depth': 2,
    });
    expect(harness.span('invoke_agent writer').attributes).not.toHaveProperty('costspan.run.id');
    expect(harness.span('GET /').attributes['costspan.run.inference_calls']).toBe(3);
    const points = await harness.collect();
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(1);
    expect(total(points, 'costspan.run.inference_calls')).toBe(3);
    expect(total(points, 'costspan.run.cost.usd')).toBeCloseTo(0.0225, 12);
    expect(total(points, 'costspan.run.tokens')).toBe(4_500);
    const name = 'gen_ai.invoke_agent.inference_calls';
    expect(total(points, name, { 'gen_ai.agent.name': 'planner' })).toBe(2);
    expect(recordings(points, 'gen_ai.invoke_agent.duration')).toBe(2);
  });

  it('is a workflow span around several agents', () => {
    const [one, two] = inSpan(harness, 'invoke_workflow triage', () => [
      inSpan(harness, 'invoke_agent a', () => makeCall(harness)),
      inSpan(harness, 'invoke_agent b', () => makeCall(harness)),
    ]) as [Record<string, unknown>, Record<string, unknown>];
    expect(new Set(runIds(one, two)).size).toBe(1);
    expect(depths(one, two)).toEqual([1, 1]);
    expect(harness.span('invoke_workflow triage').attributes['costspan.run.inference_calls']).toBe(
      2,
    );
  });

  it('is the workflow scope inside a request, agents included', async () => {
    const [one, two, direct] = inSpan(harness, 'GET /', () =>
      withAttribution({ team: 't', workflow: 'triage' }, () => [
        inSpan(harness, 'invoke_agent a', () => makeCall(harness)),
        inSpan(harness, 'invoke_agent b', () => makeCall(harness)),
        makeCall(harness),
      ]),
    ) as Record<string, unknown>[] as [object, object, object] as [
      Record<string, unknown>,
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    expect(new Set(runIds(one, two, direct)).size).toBe(1);
    expect(depths(one, two, direct)).toEqual([1, 1, 3]);
    const points = await harness.collect();
    const workflow = { 'costspan.workflow': 'triage' };
    expect(recordings(points, 'costspan.run.inference_calls', workflow)).toBe(1);
    expect(harness.span('GET /').attributes['costspan.run.inference_calls']).toBe(3);
  });

  it('is the agent, when the scope around it names no workflow', () => {
    const [one, two] = inSpan(harness, 'GET /', () =>
      withAttribution({ team: 't' }, () => [
        inSpan(harness, 'invoke_agent a', () => makeCall(harness)),
        inSpan(harness, 'invoke_agent b', () => makeCall(harness)),
      ]),
    ) as [Record<string, unknown>, Record<string, unknown>];
    expect(new Set(runIds(one, two)).size).toBe(2);
  });

  it('is the request, when nothing in it says more', async () => {
    for (const path of ['GET /a', 'GET /b']) {
      inSpan(harness, path, () => {
        makeCall(harness);
        inSpan(harness, 'db', () => makeCall(harness));
      });
    }
    const points = await harness.collect();
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(2);
    expect(total(points, 'costspan.run.inference_calls')).toBe(4);
  });

  it('is each request, not the scope that a server was started in', async () => {
    await withAttribution({ team: 't', workflow: 'server' }, async () => {
      for (const path of ['GET /a', 'GET /b']) inSpan(harness, path, () => makeCall(harness));
      await Promise.resolve();
    });
    const points = await harness.collect();
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(2);
  });

  it('is each job of a worker that names its workflow', async () => {
    await withAttribution({ workflow: 'worker' }, async () => {
      for (const workflow of ['job-a', 'job-b']) {
        await withAttribution({ workflow }, async () => {
          makeCall(harness);
          await Promise.resolve();
        });
      }
    });
    const points = await harness.collect();
    expect(
      recordings(points, 'costspan.run.inference_calls', { 'costspan.workflow': 'job-a' }),
    ).toBe(1);
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(2);
  });

  it('is named by the caller in another process', () => {
    const inbound = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage({ 'costspan.run.id': { value: '00000000000000aa' } }),
    );
    context.with(inbound, () => inSpan(harness, 'GET /', () => makeCall(harness)));
    expect(harness.span('GET /').attributes['costspan.run.id']).toBe('00000000000000aa');
  });

  it('is the call itself, when nothing is around it', async () => {
    const [one, two] = [makeCall(harness), makeCall(harness)];
    expect(new Set(runIds(one, two)).size).toBe(2);
    expect(depths(one, two)).toEqual([1, 1]);
    const points = await harness.collect();
    expect(points.get('costspan.run.inference_calls')).toBeUndefined();
  });

  it('waits for calls that outlive its scope', async () => {
    const started = withAttribution({ workflow: 'stream' }, () => startCall(harness));
    expect((await harness.collect()).get('costspan.run.tokens')).toBeUndefined();
    started.end();
    expect(total(await harness.collect(), 'costspan.run.tokens')).toBe(1_500);
  });

  it('waits for calls that outlive its span', async () => {
    const started = inSpan(harness, 'GET /', () => startCall(harness));
    started.end();
    expect(total(await harness.collect(), 'costspan.run.tokens')).toBe(1_500);
  });

  it('is held together by the trace where no span is recorded', () => {
    const unrecorded = trace.setSpan(
      ROOT_CONTEXT,
      trace.wrapSpanContext({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 0 }),
    );
    const [one, two] = context.with(unrecorded, () => [makeCall(harness), makeCall(harness)]) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    expect(new Set(runIds(one, two)).size).toBe(1);
    expect(depths(one, two)).toEqual([1, 2]);
  });

  it('keeps concurrent requests apart', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        harness.tracer.startActiveSpan(`GET /${index}`, async (span) => {
          for (let call = 0; call <= index % 3; call += 1) {
            makeCall(harness);
            await Promise.resolve();
          }
          span.end();
        }),
      ),
    );
    for (let index = 0; index < 50; index += 1) {
      const { attributes } = harness.span(`GET /${index}`);
      expect(attributes['costspan.run.inference_calls']).toBe((index % 3) + 1);
    }
  });
});

describe('loop depth', () => {
  it('is what the conversation proves, where nothing is around the call', () => {
    expect(depths(makeCall(harness, { conversationDepth: 7 }))).toEqual([7]);
  });

  it('follows a chain of responses', () => {
    makeCall(harness, { conversationDepth: 3 }, { responseId: 'resp_a' });
    const next = { continuesPreviousResponse: true, previousResponseId: 'resp_a' };
    const second = makeCall(harness, next, { responseId: 'resp_b' });
    const third = makeCall(harness, { ...next, previousResponseId: 'resp_b' });
    const fresh = makeCall(harness, { previousResponseId: 'resp_b' });
    expect(depths(second, third, fresh)).toEqual([4, 5, 1]);
  });

  it('counts failed calls and not denied ones', () => {
    const [failed, , last] = inSpan(harness, 'invoke_agent', () => [
      makeCall(harness, {}, { outcome: 'error', errorType: '500' }),
      makeCall(harness, {}, { outcome: 'blocked', errorType: 'BudgetExceededError' }),
      makeCall(harness),
    ]) as [Record<string, unknown>, unknown, Record<string, unknown>];
    expect(depths(failed, last)).toEqual([1, 2]);
    expect(harness.span('invoke_agent').attributes['costspan.run.inference_calls']).toBe(2);
  });

  it('does not count embeddings', () => {
    const [embedding, chat] = inSpan(harness, 'invoke_agent', () => [
      makeCall(harness, { operation: 'embeddings' }),
      makeCall(harness),
    ]) as [Record<string, unknown>, Record<string, unknown>];
    expect(embedding).not.toHaveProperty('costspan.loop.depth');
    expect(depths(chat)).toEqual([1]);
  });
});

describe('tool calls of a run', () => {
  it('are the tool spans, where there are any', async () => {
    inSpan(harness, 'invoke_agent a', () => {
      makeCall(harness, {}, { toolCalls: 5 });
      const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' };
      inSpan(harness, 'execute_tool search', () => undefined, tool);
      inSpan(harness, 'execute_tool search', () => undefined, tool);
    });
    expect(harness.span('invoke_agent a').attributes['costspan.run.tool_calls']).toBe(2);
    const points = await harness.collect();
    expect(total(points, 'gen_ai.invoke_agent.tool_calls')).toBe(2);
    const search = { 'gen_ai.tool.name': 'search' };
    expect(recordings(points, 'gen_ai.execute_tool.duration', search)).toBe(2);
  });

  it('are what the responses asked for, where nothing traces tools', () => {
    inSpan(harness, 'invoke_agent a', () => makeCall(harness, {}, { toolCalls: 5 }));
    expect(harness.span('invoke_agent a').attributes['costspan.run.tool_calls']).toBe(5);
  });
});

describe('runs that never end', () => {
  const limits = { maxOpenRuns: 10, maxIdleMs: 1_000, maxTraceIdleMs: 100 };

  it('are bounded in number, and reported with what they had', async () => {
    await harness.stop();
    harness = startHarness({ runLimits: limits });
    const endless = new Promise<void>(() => undefined);
    for (let index = 0; index < 25; index += 1) {
      void withAttribution({ workflow: `w-${index}` }, () => {
        makeCall(harness);
        return endless;
      });
    }
    expect(harness.pipeline.engine.loops.openRuns).toBe(10);
    const points = await harness.collect();
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(15);
  });

  it('are reported after a long silence, and go on as another run', async () => {
    let now = 1_000_000;
    await harness.stop();
    harness = startHarness({ runLimits: limits, now: () => now });
    void withAttribution({ workflow: 'endless' }, () => {
      makeCall(harness, { startTimeMs: now });
      expect(harness.pipeline.engine.loops.openRuns).toBe(1);
      now += 999_999;
      harness.pipeline.engine.loops.sweep(now);
      expect(harness.pipeline.engine.loops.openRuns).toBe(0);
      makeCall(harness, { startTimeMs: now });
      expect(harness.pipeline.engine.loops.openRuns).toBe(1);
      return new Promise<void>(() => undefined);
    });
    const points = await harness.collect();
    expect(recordings(points, 'costspan.run.inference_calls')).toBe(1);
  });

  it('are not made by spans that call no model', async () => {
    for (let index = 0; index < 100; index += 1) inSpan(harness, 'GET /health', () => undefined);
    inSpan(harness, 'GET /', () => currentRunHandle());
    expect(harness.pipeline.engine.loops.openRuns).toBe(0);
    expect((await harness.collect()).get('costspan.run.tokens')).toBeUndefined();
  });
});
