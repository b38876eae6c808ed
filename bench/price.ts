/** A child of `run.ts`: nanoseconds for pricing one call with everything warm, and the first one. */
import { calcPrice } from '@pydantic/genai-prices';
import { LlmCall } from 'costspan/conventions';
import { createPricer } from '../processor/engine/pricing/index.ts';

function nanosecondsEach(count: number, body: () => unknown): number {
  const started = process.hrtime.bigint();
  for (let index = 0; index < count; index += 1) body();
  return Number(process.hrtime.bigint() - started) / count;
}

const call = new LlmCall('chat', 'openai');
call.requestModel = 'gpt-4o-mini';
call.responseModel = 'gpt-4o-mini-2024-07-18';
call.endTimeMs = Date.now();
call.usage = { input: 176, cacheRead: 1024, output: 42, reasoning: 0 };

const pricer = createPricer();
const firstMicroseconds = nanosecondsEach(1, () => pricer.price(call)) / 1e3;
nanosecondsEach(200_000, () => pricer.price(call));
const warmNanoseconds = nanosecondsEach(1_000_000, () => pricer.price(call));
const usage = { input_tokens: 1200, cache_read_tokens: 1024, output_tokens: 42 };
const libraryNanoseconds = nanosecondsEach(2_000, () =>
  calcPrice(usage, 'gpt-4o-mini-2024-07-18', { providerId: 'openai' }),
);
process.stdout.write(
  `${JSON.stringify({ firstMicroseconds, warmNanoseconds, libraryNanoseconds })}\n`,
);
