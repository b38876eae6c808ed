import { SpanKind, context, metrics, trace } from '@opentelemetry/api';
import type OpenAI from 'openai';
import { startTelemetry } from '../telemetry.ts';

/** What OpenTelemetry itself costs: one span with 15 attributes, two histograms, one counter. */
export function instrument(client: OpenAI): void {
  startTelemetry();
  const tracer = trace.getTracer('floor');
  const meter = metrics.getMeter('floor');
  const duration = meter.createHistogram('gen_ai.client.inference.duration', { unit: 's' });
  const tokens = meter.createHistogram('gen_ai.client.inference.operation.input_tokens');
  const cost = meter.createCounter('floor.cost');
  const completions = client.chat.completions;
  const create = completions.create.bind(completions);
  const attributes = Object.fromEntries(
    Array.from({ length: 15 }, (_, index) => [
      `gen_ai.floor.attribute_${index}`,
      index % 2 === 0 ? 'text' : index,
    ]),
  );
  const metricAttributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'costspan.team': 'support',
    'costspan.workflow': 'triage',
  };
  Reflect.set(completions, 'create', (...args: Parameters<typeof create>) => {
    const span = tracer.startSpan('chat gpt-4o-mini', { kind: SpanKind.CLIENT });
    const started = performance.now();
    const result = context.with(trace.setSpan(context.active(), span), () => create(...args));
    return result.then((value) => {
      span.setAttributes(attributes);
      duration.record((performance.now() - started) / 1000, metricAttributes);
      tokens.record(1200, metricAttributes);
      cost.add(0.0002, metricAttributes);
      span.end();
      return value;
    });
  });
}
