import { beforeAll, describe, expect, it } from 'vitest';
import type { LlmCall, TokenUsage } from '../../conventions/index.ts';
import type { Pricer } from '../../processor/engine/pricing/index.ts';
import { callOf, loadedPricer } from './support.ts';

let pricer: Pricer;
beforeAll(async () => {
  ({ pricer } = await loadedPricer());
});

interface Recorded {
  readonly says: string;
  readonly provider: string;
  readonly model: string;
  readonly usage: TokenUsage;
  readonly rest?: Partial<LlmCall>;
  /** Dollars by part, worked out by hand from the provider's price page. */
  readonly expected: Readonly<Record<string, number>>;
}

const RECORDED: readonly Recorded[] = [
  {
    says: 'chat with a cached prompt',
    provider: 'openai',
    model: 'gpt-4o-2024-08-06',
    // prompt 2006 of which cached 1920, completion 300. 86 × 2.5 + 1920 × 1.25 + 300 × 10.
    usage: { input: 86, cacheRead: 1920, output: 300, reasoning: 0, total: 2306 },
    expected: { input: 0.000215, cacheRead: 0.0024, output: 0.003, total: 0.005615 },
  },
  {
    says: 'reasoning, billed as output',
    provider: 'openai',
    model: 'gpt-5-2025-08-07',
    // 1117 × 1.25 + 46 × 10 + 960 × 10.
    usage: { input: 1117, output: 46, reasoning: 960 },
    expected: { input: 0.00139625, output: 0.00046, reasoning: 0.0096, total: 0.01145625 },
  },
  {
    says: 'long context, a cliff on all tokens',
    provider: 'openai',
    model: 'gpt-6-sol',
    // 272,001 in: 4, cached 0.4, out 15 a million.
    usage: { input: 72_001, cacheRead: 200_000, output: 1000 },
    expected: { input: 0.288004, cacheRead: 0.08, output: 0.015, total: 0.383004 },
  },
  {
    says: 'cache writes of both lifetimes and a web search',
    provider: 'anthropic',
    model: 'claude-opus-5-5-20260922',
    // 1000 × 4 + 5000 × 0.2 + 2000 × 5 + 3000 × 8 + 400 × 20 + 2 searches.
    usage: {
      input: 1000,
      cacheRead: 5000,
      cacheWrite: 2000,
      cacheWrite1h: 3000,
      output: 400,
      webSearches: 2,
    },
    expected: {
      input: 0.004,
      cacheRead: 0.001,
      cacheWrite: 0.034,
      output: 0.008,
      tools: 0.02,
      total: 0.067,
    },
  },
  {
    says: 'an advisor on another model within the call',
    provider: 'anthropic',
    model: 'claude-sonnet-5',
    // Sonnet 1000 × 2 + 100 × 10; Opus 500 × 4 + 50 × 20.
    usage: { input: 1000, output: 100 },
    rest: { otherModelUsage: [{ model: 'claude-opus-5-5', usage: { input: 500, output: 50 } }] },
    expected: { input: 0.004, output: 0.002, total: 0.006 },
  },
  {
    says: 'audio in and out',
    provider: 'openai',
    model: 'gpt-audio',
    // 20 text × 2.5 + 80 audio × 32; 10 text × 10 + 40 audio × 64.
    usage: { input: 100, inputAudio: 80, output: 50, outputAudio: 40 },
    expected: { input: 0.00261, output: 0.00266, total: 0.00527 },
  },
  {
    says: 'realtime audio, cached by modality',
    provider: 'openai',
    model: 'gpt-realtime',
    // Fresh: 10 text × 4 + 60 audio × 32. Cached: 50 text × 0.4 + 40 audio × 0.4. Out 20 × 64.
    usage: {
      input: 70,
      cacheRead: 90,
      inputAudio: 100,
      cacheReadAudio: 40,
      output: 20,
      outputAudio: 20,
    },
    expected: { input: 0.00196, cacheRead: 0.000036, output: 0.00128, total: 0.003276 },
  },
  {
    says: 'cached audio that the provider does not tell apart',
    provider: 'gcp.gemini',
    model: 'gemini-2.5-flash',
    // 100 audio, 30 fresh: 30 × 1; 70 cached audio × 0.1.
    usage: { input: 30, cacheRead: 70, inputAudio: 100, output: 10 },
    expected: { input: 0.00003, cacheRead: 0.000007, output: 0.000025, total: 0.000062 },
  },
  {
    says: 'an image made',
    provider: 'openai',
    model: 'gpt-image-1.5',
    // 50 text × 5 + 200 image × 8; 1056 image × 32.
    usage: { input: 250, inputImage: 200, output: 1056, outputImage: 1056 },
    expected: { input: 0.00185, output: 0.033792, total: 0.035642 },
  },
  {
    says: 'transcription by the second',
    provider: 'openai',
    model: 'whisper-1',
    usage: { inputAudioSeconds: 90 },
    expected: { input: 0.009, total: 0.009 },
  },
  {
    says: 'transcription with a least duration',
    provider: 'groq',
    model: 'whisper-large-v3',
    // Ten seconds at 0.111 an hour: 308,333.33 nanos.
    usage: { inputAudioSeconds: 3 },
    expected: { input: 0.000308333, total: 0.000308333 },
  },
  {
    says: 'embeddings',
    provider: 'openai',
    model: 'text-embedding-3-small',
    usage: { input: 8 },
    expected: { input: 0.00000016, total: 0.00000016 },
  },
  {
    says: 'a fee for the request itself',
    provider: 'perplexity',
    model: 'sonar',
    usage: { input: 1000, output: 1000 },
    expected: { input: 0.001, output: 0.001, tools: 0.012, total: 0.014 },
  },
];

describe('recorded usages', () => {
  it.each(RECORDED)('$provider $model: $says', ({ provider, model, usage, rest, expected }) => {
    const price = pricer.price(callOf({ provider, model, usage, ...rest }));
    const nanos = (part: string): number => Math.round((expected[part] ?? 0) * 1e9);
    expect(price.state).toBe('priced');
    expect(price.cost).toEqual({
      totalNanos: nanos('total'),
      inputNanos: nanos('input'),
      cacheReadNanos: nanos('cacheRead'),
      cacheWriteNanos: nanos('cacheWrite'),
      outputNanos: nanos('output'),
      reasoningNanos: nanos('reasoning'),
      toolsNanos: nanos('tools'),
      unsplitNanos: 0,
      source: 'local',
    });
  });
});
