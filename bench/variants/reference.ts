import { SpanKind, context, createContextKey, metrics, trace } from '@opentelemetry/api';
import type OpenAI from 'openai';
import { startTelemetry } from '../telemetry.ts';

/** USD per million tokens, as somebody who needs one model would write them down. */
const RATES = { input: 0.15, cached: 0.075, output: 0.6 };
const ATTRIBUTION = createContextKey('reference.attribution');

/**
 * The whole job written by hand for one method of one SDK: span, price, attribution, loop depth
 * and metrics, with no guard, no stream, no retries and no other provider.
 */
export function instrument(client: OpenAI): (run: () => Promise<void>) => Promise<void> {
  startTelemetry();
  const tracer = trace.getTracer('reference');
  const meter = metrics.getMeter('reference');
  const duration = meter.createHistogram('gen_ai.client.inference.duration', { unit: 's' });
  const cost = meter.createCounter('costspan.cost.usd');
  const tokens = meter.createCounter('costspan.tokens');
  const calls = meter.createCounter('costspan.calls');
  const completions = client.chat.completions;
  const create = completions.create.bind(completions);
  const depths = new WeakMap<object, number>();

  Reflect.set(completions, 'create', (...args: Parameters<typeof create>) => {
    const active = context.active();
    const owner = active.getValue(ATTRIBUTION) as { team: string; workflow: string };
    const depth = (depths.get(owner) ?? 0) + 1;
    depths.set(owner, depth);
    const span = tracer.startSpan(`chat ${args[0].model}`, { kind: SpanKind.CLIENT }, active);
    const started = performance.now();
    const result = context.with(trace.setSpan(active, span), () => create(...args));
    return result.then((value) => {
      if (!('usage' in value) || value.usage === undefined) return value;
      const cached = value.usage.prompt_tokens_details?.cached_tokens ?? 0;
      const input = value.usage.prompt_tokens - cached;
      const output = value.usage.completion_tokens;
      const inputUsd = (input * RATES.input + cached * RATES.cached) / 1e6;
      const outputUsd = (output * RATES.output) / 1e6;
      span.setAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': args[0].model,
        'gen_ai.response.model': value.model,
        'gen_ai.response.id': value.id,
        'gen_ai.response.finish_reasons': value.choices.map((choice) => choice.finish_reason),
        'gen_ai.usage.input_tokens': value.usage.prompt_tokens,
        'gen_ai.usage.cache_read.input_tokens': cached,
        'gen_ai.usage.output_tokens': output,
        'gen_ai.usage.cost.amount': inputUsd + outputUsd,
        'gen_ai.usage.cost.currency': 'USD',
        'costspan.team': owner.team,
        'costspan.workflow': owner.workflow,
        'costspan.loop.depth': depth,
        'server.address': 'api.openai.com',
      });
      const labels = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': args[0].model,
        'costspan.team': owner.team,
        'costspan.workflow': owner.workflow,
      };
      duration.record((performance.now() - started) / 1000, labels);
      cost.add(inputUsd, { ...labels, 'costspan.token.class': 'input' });
      cost.add(outputUsd, { ...labels, 'costspan.token.class': 'output' });
      tokens.add(value.usage.prompt_tokens, { ...labels, 'costspan.token.class': 'input' });
      tokens.add(output, { ...labels, 'costspan.token.class': 'output' });
      calls.add(1, { ...labels, 'costspan.call.outcome': 'ok' });
      span.end();
      return value;
    });
  });
  const owner = { team: 'support', workflow: 'triage' };
  return (run) => context.with(context.active().setValue(ATTRIBUTION, owner), run);
}
