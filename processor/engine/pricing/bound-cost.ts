import { BILLABLE_UNITS, type UnitFacts } from '../../../conventions/index.ts';
import type { RateCard, RateLevel } from './rate-card.ts';
import type { CountedUnit } from './rates.ts';

/** What a call may use at most, or is expected to. */
export interface UsageBound {
  /** All input tokens, cached ones included. */
  readonly inputTokens: number;
  /** Of all choices together, reasoning included. */
  readonly outputTokens: number;
  /** UTF-8 bytes of the request, no fewer than its characters. */
  readonly bytes: number;
  /** Of whatever kind. */
  readonly webSearches: number;
  /** Most of other units, as far as the request says. */
  readonly mayUse?: Readonly<Partial<Record<CountedUnit, number>>> | undefined;
  /** The request asks for its input to be written to a cache. */
  readonly asksForCache: boolean;
  /** Images, audio or files are part of the input. */
  readonly hasAttachments: boolean;
  /** A true upper bound: every class of tokens counts as the dearest it could be. */
  readonly isFirm: boolean;
}

/**
 * What `bound` comes to at the rates of `card`, in nano-USD, not rounded: at the dearest level of
 * long-context rates that the input may reach. The rates are those that settle the call.
 */
export function boundNanos(bound: UsageBound, card: RateCard): number {
  let most = levelNanos(bound, card.base);
  for (const { above, level } of card.steps) {
    if (bound.inputTokens > above) {
      const nanos = levelNanos(bound, level);
      // A bound may lie below the step as well; an expectation lies where it lies.
      most = bound.isFirm ? Math.max(most, nanos) : nanos;
    }
  }
  return most;
}

function levelNanos(bound: UsageBound, level: RateLevel): number {
  const output = bound.isFirm
    ? Math.max(level.output, level.reasoning, ...level.outputParts.map(({ nanos }) => nanos))
    : level.output;
  let nanos =
    bound.inputTokens * inputRate(bound, level) + bound.outputTokens * output + level.request;
  for (const [unit, rate] of level.measures) nanos += expectedOf(unit, bound) * rate;
  return nanos;
}

/** How many of a unit that is no token the call may come to. */
function expectedOf(unit: CountedUnit, bound: UsageBound): number {
  const { expected }: UnitFacts = BILLABLE_UNITS[unit];
  switch (expected) {
    case undefined:
      return 0;
    case 'bytes':
      return bound.bytes;
    case 'web searches':
      return Math.max(0, bound.webSearches - (bound.mayUse?.webSearchPreviews ?? 0));
    case 'as asked':
      return bound.mayUse?.[unit] ?? 0;
    default:
      if (expected.isOfAttachments === true && !bound.hasAttachments) return 0;
      return bound.isFirm ? expected.firm : expected.likely;
  }
}

function inputRate({ asksForCache, hasAttachments, isFirm }: UsageBound, level: RateLevel): number {
  if (!isFirm) return asksForCache ? Math.max(level.input, level.cacheWrite) : level.input;
  const text = asksForCache
    ? Math.max(level.input, level.cacheWrite, level.cacheWrite1h)
    : level.input;
  return hasAttachments
    ? Math.max(text, ...level.inputParts.map(({ freshNanos }) => freshNanos))
    : text;
}
