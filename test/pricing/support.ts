import { LlmCall } from '../../conventions/index.ts';
import type { TokenUsage } from '../../conventions/index.ts';
import { parseOverlay } from '../../processor/node/overlay-file/parse-overlay.ts';
import { createPricer } from '../../processor/engine/pricing/index.ts';
import type { Overlay, Pricer, PricingProblem } from '../../processor/engine/pricing/index.ts';

/** The day of most tests, well inside the book's dated prices. */
export const TODAY: number = Date.UTC(2026, 10, 23, 12);

/** A finished call; what is not given is as the record leaves it. */
export function callOf(
  fields: Partial<LlmCall> & { readonly provider: string; readonly model?: string },
): LlmCall {
  const { model, ...rest } = fields;
  const call = new LlmCall('chat', fields.provider);
  call.endTimeMs = TODAY;
  call.responseModel = model;
  call.requestModel = model;
  return Object.assign(call, rest);
}

export interface HeardPricer {
  readonly pricer: Pricer;
  readonly problems: { readonly problem: PricingProblem; readonly message: string }[];
}

export async function loadedPricer(overlay?: Overlay | string): Promise<HeardPricer> {
  const problems: HeardPricer['problems'] = [];
  const pricer = createPricer({
    overlay: typeof overlay === 'string' ? parseOverlay(overlay, 'prices.yaml') : overlay,
    onProblem: (message, problem) => problems.push({ message, problem }),
  });
  return { pricer, problems };
}

/** Dollars of a call with `usage`, or its state when it has no cost. */
export function dollars(
  pricer: Pricer,
  provider: string,
  model: string,
  usage: TokenUsage,
  rest: Partial<LlmCall> = {},
): number | string {
  const { cost, state } = pricer.price(callOf({ provider, model, usage, ...rest }));
  return cost === undefined ? state : cost.totalNanos / 1e9;
}

/** What one million tokens of a class cost, which is the rate itself. */
export const MILLION = 1_000_000;
