import type { CallCost, CostSource } from '../../../conventions/index.ts';

/**
 * The money of one call by class, in nano-USD, not yet rounded. One instance is reused for every
 * call, so that summing allocates nothing.
 */
export class CostSums {
  input = 0;
  cacheRead = 0;
  cacheWrite = 0;
  output = 0;
  reasoning = 0;
  tools = 0;

  reset(): void {
    this.input = 0;
    this.cacheRead = 0;
    this.cacheWrite = 0;
    this.output = 0;
    this.reasoning = 0;
    this.tools = 0;
  }

  total(): number {
    return (
      this.input + this.cacheRead + this.cacheWrite + this.output + this.reasoning + this.tools
    );
  }

  scale(factor: number): void {
    this.input *= factor;
    this.cacheRead *= factor;
    this.cacheWrite *= factor;
    this.output *= factor;
    this.reasoning *= factor;
    this.tools *= factor;
  }
}

/** Above this the integers of JavaScript are no longer exact: $9,007,199. */
export const MOST_NANOS: number = Number.MAX_SAFE_INTEGER;

/**
 * Rounds the total once, half up, and gives the parts whole nanos by largest remainder, so that
 * they sum to it. A part of nothing stays nothing.
 *
 * @param totalNanos the whole-number total to reach, where it is known from elsewhere; it must lie
 *   within a few nanos of the sum.
 * @example 0.4 + 0.4 + 0.4 nanos: total 1, given to the first part.
 */
export function roundCost(sums: CostSums, source: CostSource, totalNanos?: number): CallCost {
  let input = Math.floor(sums.input);
  let cacheRead = Math.floor(sums.cacheRead);
  let cacheWrite = Math.floor(sums.cacheWrite);
  let output = Math.floor(sums.output);
  let reasoning = Math.floor(sums.reasoning);
  let tools = Math.floor(sums.tools);
  const floors = input + cacheRead + cacheWrite + output + reasoning + tools;

  let inputRest = sums.input - input;
  let cacheReadRest = sums.cacheRead - cacheRead;
  let cacheWriteRest = sums.cacheWrite - cacheWrite;
  let outputRest = sums.output - output;
  let reasoningRest = sums.reasoning - reasoning;
  let toolsRest = sums.tools - tools;

  const total =
    totalNanos ??
    floors +
      Math.round(
        inputRest + cacheReadRest + cacheWriteRest + outputRest + reasoningRest + toolsRest,
      );
  for (let missing = total - floors; missing > 0; missing--) {
    const most = Math.max(
      inputRest,
      cacheReadRest,
      cacheWriteRest,
      outputRest,
      reasoningRest,
      toolsRest,
    );
    if (inputRest === most) {
      input += 1;
      inputRest = -1;
    } else if (outputRest === most) {
      output += 1;
      outputRest = -1;
    } else if (cacheReadRest === most) {
      cacheRead += 1;
      cacheReadRest = -1;
    } else if (cacheWriteRest === most) {
      cacheWrite += 1;
      cacheWriteRest = -1;
    } else if (reasoningRest === most) {
      reasoning += 1;
      reasoningRest = -1;
    } else {
      tools += 1;
      toolsRest = -1;
    }
  }
  // Beyond 10^15 nanos the sum of the parts can pass a given total by a nano: binary rounding.
  const excess = Math.max(0, floors - total);
  if (excess > 0) {
    const most = Math.max(input, cacheRead, cacheWrite, output, reasoning, tools);
    if (input === most) input -= excess;
    else if (output === most) output -= excess;
    else if (cacheRead === most) cacheRead -= excess;
    else if (cacheWrite === most) cacheWrite -= excess;
    else if (reasoning === most) reasoning -= excess;
    else tools -= excess;
  }
  return {
    totalNanos: total,
    inputNanos: input,
    cacheReadNanos: cacheRead,
    cacheWriteNanos: cacheWrite,
    outputNanos: output,
    reasoningNanos: reasoning,
    toolsNanos: tools,
    unsplitNanos: 0,
    source,
  };
}

/** A cost that nothing tells apart; of 0, all parts are 0. */
export function unsplitCost(totalNanos: number, source: CostSource): CallCost {
  return {
    totalNanos,
    inputNanos: 0,
    cacheReadNanos: 0,
    cacheWriteNanos: 0,
    outputNanos: 0,
    reasoningNanos: 0,
    toolsNanos: 0,
    unsplitNanos: totalNanos,
    source,
  };
}
