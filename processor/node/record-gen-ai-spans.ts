import { isSpanContextValid, type Sampler, SamplingDecision, trace } from '@opentelemetry/api';
import { isGenAiStart } from '../engine/normalise/recognise.ts';
import { isInsideAgent } from '../engine/loops/loop-tracker.ts';
import { nodeOf } from './recorded-span.ts';

/**
 * A sampler that decides like `inner`, but keeps some of the spans that `inner` drops in sight:
 * they are recorded and still not exported. These are GenAI spans, spans without a local parent
 * and whatever an agent does, so that runs, loop depth and other people's model calls are known
 * whatever is sampled.
 */
export function recordGenAiSpans(inner: Sampler): Sampler {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = inner.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (result.decision !== SamplingDecision.NOT_RECORD) return result;
      if (!isGenAiStart(spanName, attributes)) {
        const parent = trace.getSpan(context);
        const parentContext = parent?.spanContext();
        const isLocalRoot =
          parentContext === undefined ||
          parentContext.isRemote === true ||
          !isSpanContextValid(parentContext);
        if (!isLocalRoot && !isInsideAgent(nodeOf(parent))) return result;
      }
      return { ...result, decision: SamplingDecision.RECORD };
    },
    toString: () => `RecordGenAiSpans{${inner.toString()}}`,
  };
}
