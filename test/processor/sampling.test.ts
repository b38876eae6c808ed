import { type Context, ROOT_CONTEXT, SamplingDecision, SpanKind, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { withAttribution } from '../../processor/node/attribution/index.ts';
import { recordGenAiSpans } from '../../processor/index.ts';
import { type Harness, inSpan, makeCall, type Point, startHarness } from './harness.ts';

/** A day of an application: requests, agents, tools, workflows and somebody else's calls. */
function work(harness: Harness): void {
  for (let request = 0; request < 20; request += 1) {
    inSpan(harness, 'POST /answer', () => {
      withAttribution({ team: `team-${request % 3}`, workflow: 'answer' }, () => {
        inSpan(harness, 'middleware', () => makeCall(harness, { startTimeMs: 1_000 }));
        inSpan(harness, 'invoke_agent helper', () => {
          makeCall(harness, { startTimeMs: 1_000 });
          inSpan(harness, 'plain work of the agent', () => {
            inSpan(harness, 'execute_tool search', () => undefined);
            makeCall(harness, { startTimeMs: 1_000 }, { outcome: 'error', errorType: '500' });
          });
        });
      });
      inSpan(harness, 'chat other', () => undefined, {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 10 + request,
      });
    });
  }
}

async function metricsUnder(sampler: Sampler): Promise<{
  readonly metrics: ReadonlyMap<string, readonly Point[]>;
  readonly exported: number;
}> {
  const harness = startHarness({ sampler });
  try {
    work(harness);
    const metrics = new Map<string, Point[]>();
    for (const [name, points] of await harness.collect()) {
      // How long our own test took, and the age of the book, differ from run to run.
      const isTime = name.endsWith('duration') || name.endsWith('seconds');
      const kept = points.map((point) => (isTime ? { ...point, value: 0 } : point));
      metrics.set(
        name,
        kept.toSorted((a, b) => key(a).localeCompare(key(b))),
      );
    }
    return { metrics, exported: harness.spans().length };
  } finally {
    await harness.stop();
  }
}

function key({ attributes }: Point): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => a.localeCompare(b)));
}

describe('sampling', () => {
  it('changes no metric', async () => {
    const all = await metricsUnder(new AlwaysOnSampler());
    const none = await metricsUnder(new AlwaysOffSampler());
    const some = await metricsUnder(
      new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }),
    );
    expect(all.metrics.get('costspan.run.inference_calls')).toHaveLength(4);
    expect(none.metrics).toEqual(all.metrics);
    expect(some.metrics).toEqual(all.metrics);
    expect(none.exported).toBe(0);
    expect(some.exported).toBeLessThan(all.exported);
  });
});

describe('recordGenAiSpans', () => {
  const sampler = recordGenAiSpans(new AlwaysOffSampler());
  const local = trace.setSpan(
    ROOT_CONTEXT,
    trace.wrapSpanContext({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 0 }),
  );
  const remote = trace.setSpan(
    ROOT_CONTEXT,
    trace.wrapSpanContext({
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      traceFlags: 0,
      isRemote: true,
    }),
  );

  function decide(context: Context, name: string, attributes = {}): SamplingDecision {
    return sampler.shouldSample(context, 'ab'.repeat(16), name, SpanKind.INTERNAL, attributes, [])
      .decision;
  }

  it('records local roots and GenAI spans without exporting them', () => {
    const { RECORD } = SamplingDecision;
    expect(decide(ROOT_CONTEXT, 'GET /')).toBe(RECORD);
    expect(decide(remote, 'GET /')).toBe(RECORD);
    expect(decide(local, 'chat x', { 'gen_ai.operation.name': 'chat' })).toBe(RECORD);
    expect(decide(local, 'x', { 'gen_ai.operation.name': 'image_generation' })).toBe(RECORD);
    expect(decide(local, 'invoke_agent x')).toBe(RECORD);
    expect(decide(local, 'invoke_workflow')).toBe(RECORD);
    expect(decide(local, 'execute_tool y')).toBe(RECORD);
  });

  it('leaves everything else to the inner sampler', () => {
    expect(decide(local, 'SELECT')).toBe(SamplingDecision.NOT_RECORD);
    expect(decide(local, 'invoke_agents')).toBe(SamplingDecision.NOT_RECORD);
    const result = { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { a: 1 } };
    const inner = { shouldSample: () => result, toString: () => 'Inner' };
    const wrapped = recordGenAiSpans(inner);
    expect(wrapped.shouldSample(local, '', 'x', SpanKind.INTERNAL, {}, [])).toBe(result);
    expect(String(wrapped)).toBe('RecordGenAiSpans{Inner}');
  });

  it('keeps what the inner sampler put on a dropped span', () => {
    const inner = {
      shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD, attributes: { rule: 'r' } }),
      toString: () => 'Inner',
    };
    const context = ROOT_CONTEXT;
    expect(
      recordGenAiSpans(inner).shouldSample(context, '', 'x', SpanKind.INTERNAL, {}, []),
    ).toEqual({ decision: SamplingDecision.RECORD, attributes: { rule: 'r' } });
  });
});
