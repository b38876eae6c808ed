import { describe, expect, it } from 'vitest';

import type { TokenUsage } from '../../conventions/index.ts';
import { convertCohereUsage } from '../../providers/usage/cohere.ts';

/** One shape, as the SDK hands it on, and the classes it stands for. A new shape is one row. */
const SHAPES: readonly {
  readonly name: string;
  readonly counts: unknown;
  readonly expected: TokenUsage | undefined;
}[] = [
  {
    name: 'billed units, not what the model read',
    counts: {
      billedUnits: { inputTokens: 7, outputTokens: 418 },
      tokens: { inputTokens: 69, outputTokens: 418 },
    },
    expected: { input: 7, output: 418 },
  },
  {
    name: 'more cached than billed, so the cache is no share of what is billed',
    counts: {
      billedUnits: { inputTokens: 7, outputTokens: 3 },
      tokens: { inputTokens: 69, outputTokens: 3 },
      cachedTokens: 64,
    },
    expected: { input: 7, output: 3 },
  },
  {
    name: 'a share of the billed input from the cache',
    counts: { billedUnits: { inputTokens: 1500, outputTokens: 3 }, cachedTokens: 1024 },
    expected: { input: 476, cacheRead: 1024, output: 3 },
  },
  {
    name: 'tokens alone',
    counts: { tokens: { inputTokens: 69, outputTokens: 31 } },
    expected: { input: 69, output: 31 },
  },
  {
    name: 'search units of rerank',
    counts: { apiVersion: { version: '2' }, billedUnits: { searchUnits: 2 } },
    expected: { searchUnits: 2 },
  },
  {
    name: 'search units of a connector beside tokens',
    counts: { billedUnits: { inputTokens: 10, outputTokens: 4, searchUnits: 1 } },
    expected: { input: 10, output: 4, searchUnits: 1 },
  },
  {
    name: 'images of embed, by their tokens',
    counts: { billedUnits: { inputTokens: 5, imageTokens: 300, images: 1 } },
    expected: { input: 305, inputImage: 300 },
  },
  {
    name: 'names of the wire, which the SDK leaves where it does not know the field',
    counts: { billed_units: { input_tokens: 7, output_tokens: 3 }, cached_tokens: 2 },
    expected: { input: 5, cacheRead: 2, output: 3 },
  },
  {
    name: 'classifications, which are no tokens',
    counts: { billedUnits: { classifications: 2 } },
    expected: undefined,
  },
  {
    name: 'zero is a count',
    counts: { billedUnits: { inputTokens: 0, outputTokens: 0 } },
    expected: { input: 0, output: 0 },
  },
  { name: 'nothing', counts: {}, expected: undefined },
  { name: 'no object', counts: 'none', expected: undefined },
  {
    name: 'counts that are none',
    counts: { billedUnits: { inputTokens: '7', outputTokens: -1 }, tokens: { inputTokens: NaN } },
    expected: undefined,
  },
];

describe('convertCohereUsage of cohere', () => {
  it.each(SHAPES)('$name', ({ counts, expected }) => {
    expect(convertCohereUsage(counts)).toEqual(expected);
  });
});
