/** A child of `run.ts`: nanoseconds for pricing one call with everything warm, plain and with more than tokens, and the first one. */
import { calcPrice } from '@pydantic/genai-prices';
import { LlmCall, type TokenUsage } from 'costspan/conventions';
import { createPricer } from '../processor/engine/pricing/index.ts';

function nanosecondsEach(count: number, body: () => unknown): number {
  const started = process.hrtime.bigint();
  for (let index = 0; index < count; index += 1) body();
  return Number(process.hrtime.bigint() - started) / count;
}

function callOf(provider: string, model: string, usage: TokenUsage): LlmCall {
  const call = new LlmCall('chat', provider);
  call.requestModel = model;
  call.responseModel = model;
  call.endTimeMs = Date.now();
  call.usage = usage;
  return call;
}

/** The least of ten rounds, because other programs only ever add time. */
function leastNanoseconds(call: LlmCall): number {
  return Math.min(
    ...Array.from({ length: 10 }, () => nanosecondsEach(100_000, () => pricer.price(call))),
  );
}

const call = callOf('openai', 'gpt-4o-mini-2024-07-18', {
  input: 176,
  cacheRead: 1024,
  output: 42,
  reasoning: 0,
});
const modalities = callOf('gcp.gemini', 'gemini-2.5-flash', {
  input: 1000,
  cacheRead: 300,
  output: 500,
  reasoning: 100,
  total: 1900,
  inputText: 800,
  inputAudio: 200,
  inputImage: 300,
  cacheReadAudio: 50,
  outputText: 600,
});
const searches = callOf('anthropic', 'claude-sonnet-4-5', {
  input: 1000,
  cacheRead: 300,
  cacheWrite: 20,
  output: 500,
  webSearches: 2,
});

const pricer = createPricer();
const firstMicroseconds = nanosecondsEach(1, () => pricer.price(call)) / 1e3;
for (const each of [call, modalities, searches]) nanosecondsEach(200_000, () => pricer.price(each));
const warmNanoseconds = leastNanoseconds(call);
const modalitiesNanoseconds = leastNanoseconds(modalities);
const searchesNanoseconds = leastNanoseconds(searches);
const usage = { input_tokens: 1200, cache_read_tokens: 1024, output_tokens: 42 };
const libraryNanoseconds = nanosecondsEach(2_000, () =>
  calcPrice(usage, 'gpt-4o-mini-2024-07-18', { providerId: 'openai' }),
);
process.stdout.write(
  `${JSON.stringify({ firstMicroseconds, warmNanoseconds, modalitiesNanoseconds, searchesNanoseconds, libraryNanoseconds })}\n`,
);
