import type { CallPrice } from '../../conventions/llm-call.ts';
import type { OverlaySource } from './create-engine.ts';
import { recognise } from './normalise/recognise.ts';
import { convertSpan } from './normalise/foreign-call.ts';
import { createPricer } from './pricing/index.ts';
import { readOverlay } from './pricing/read-overlay.ts';
import { endedSpanOf, llmCallOf } from './read-input.ts';
import type { InputCall, InputSpan } from './host-data.ts';

/** What {@link priceUsage} needs to know of a call. */
export type PriceRequest = Omit<InputCall, 'startTime' | 'endTime' | 'attribution'> & {
  /** Milliseconds since the epoch: the rates of this moment hold. Now, where it is left out. */
  readonly time?: number | undefined;
};

/**
 * What a usage costs, in whole nano-USD. State `unpriced` where the model has no price, which is
 * never 0. An engine prices many calls faster, as it remembers the models.
 *
 * @throws OverlayError with one sentence, when the overlay has a mistake.
 */
export function priceUsage(request: PriceRequest, overlay?: OverlaySource): CallPrice {
  const { time = Date.now() } = request;
  const pricer = createPricer({
    overlay: overlay && readOverlay(overlay.value, overlay.name, overlay.digest),
  });
  return pricer.price(llmCallOf({ ...request, startTime: time, endTime: time }));
}

/** What a span stands for, and who wrote it. */
export interface RecognisedSpan {
  readonly kind: 'call' | 'agent' | 'workflow' | 'tool';
  /** Whose spelling it is, such as `OpenInference`. */
  readonly writer: string;
  /** The call that it tells of, where it says enough of one. */
  readonly call: InputCall | undefined;
}

/** Reads what a span of any instrumentation tells; `undefined` where it speaks of no model. */
export function recogniseSpan(told: InputSpan): RecognisedSpan | undefined {
  const span = endedSpanOf(told);
  const recognised = recognise(span);
  if (recognised === undefined || recognised.kind === 'other') return undefined;
  const call = convertSpan(span, recognised);
  return {
    kind: recognised.kind,
    writer: recognised.vendor.name,
    call: call && {
      operation: call.operation,
      provider: call.provider,
      requestModel: call.requestModel,
      responseModel: call.responseModel,
      responseId: call.responseId,
      usage: call.usage,
      alsoBilled: call.alsoBilled,
      providerCost: call.providerCost,
      servedTier: call.servedTier ?? call.requestedTier,
      serverAddress: call.serverAddress,
      outcome: call.outcome,
      errorType: call.errorType,
      stream: call.stream,
      startTime: call.startTimeMs,
      endTime: call.endTimeMs,
      traceId: told.traceId,
      parentSpanId: told.parentSpanId,
    },
  };
}
