/** A child of `run.ts`: measures one scenario under one variant and prints one JSON line. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type OpenAI from 'openai';
import { type ClientOptions, createClient, plainCall, streamCall } from './client.ts';

type Scope = (run: () => Promise<void>) => Promise<void>;

const [variant = 'bare', scenario = 'plain'] = process.argv.slice(2);

async function prepare(client: OpenAI): Promise<Scope> {
  if (variant === 'bare') return (run) => run();
  const module = (await import(`./variants/${variant}.ts`)) as {
    instrument(client: OpenAI): Scope | undefined | Promise<Scope | undefined>;
  };
  return (await module.instrument(client)) ?? ((run) => run());
}

/** Microseconds of this thread's CPU for each of `count` runs of `body`. */
async function microsecondsEach(count: number, body: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  for (let index = 0; index < count; index += 1) await body();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function repeat(
  rounds: number,
  count: number,
  body: () => Promise<unknown>,
): Promise<number> {
  await microsecondsEach(count, body);
  await microsecondsEach(count, body);
  const results: number[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await microsecondsEach(count, body));
  return median(results);
}

/**
 * Microseconds a stream for a client of the variant and for a bare one, which take turns in this
 * process: a stream is mostly the SDK's own work, and two processes differ in that by more than what
 * is looked for.
 */
async function streamPair(
  watched: OpenAI,
  options: ClientOptions,
): Promise<{ watched: number; bare: number }> {
  const bare = createClient(options);
  const times = { watched: [] as number[], bare: [] as number[] };
  const turns = [
    ['bare', bare],
    ['watched', watched],
  ] as const;
  // About as many chunks in every turn, whatever the length of a stream.
  const count = Math.min(250, Math.ceil(12_500 / (options.chunks ?? 500)));
  for (let round = 0; round < 28; round += 1) {
    for (const [name, client] of round % 2 === 0 ? turns : turns.toReversed()) {
      const time = await microsecondsEach(count, () => streamCall(client));
      if (round >= 4) times[name].push(time);
    }
  }
  return { watched: median(times.watched), bare: median(times.bare) };
}

function heapUsed(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Bytes of heap for each stream that has been opened and read up to its first chunk. */
async function heapPerStream(client: OpenAI, count: number): Promise<number> {
  await streamCall(client);
  const before = heapUsed();
  const open: unknown[] = [];
  for (let index = 0; index < count; index += 1) {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'go' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const iterator = stream[Symbol.asyncIterator]();
    for (let chunk = 0; chunk < 20; chunk += 1) await iterator.next();
    open.push(stream, iterator);
  }
  const each = (heapUsed() - before) / count;
  if (open.length !== count * 2) throw new Error('streams were lost');
  return each;
}

/** The 99th percentile of event-loop delay, milliseconds, while `count` streams run at once. */
async function loopDelay(client: OpenAI, count: number): Promise<number> {
  await Promise.all(Array.from({ length: 100 }, () => streamCall(client)));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await Promise.all(Array.from({ length: count }, () => streamCall(client)));
  delay.disable();
  return delay.percentile(99) / 1e6;
}

async function soak(client: OpenAI, calls: number): Promise<object> {
  const marks: number[] = [];
  for (let index = 0; index < calls; index += 1) {
    await plainCall(client);
    // A network lets the event loop turn; without that nothing weak is ever let go.
    if (index % 10 === 0) await setImmediate();
    if (index % (calls / 5) === calls / 5 - 1) marks.push(heapUsed());
  }
  return { heapBytes: marks, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}

const OPTIONS: Readonly<Record<string, ClientOptions>> = {
  loop: { chunks: 20, paced: true },
  short: { chunks: 1 },
  long: { chunks: 5000 },
};
const options = OPTIONS[scenario] ?? {};
const client = createClient(options);
const scope = await prepare(client);
let result: unknown;
await scope(async () => {
  switch (scenario) {
    case 'plain':
      result = await repeat(15, 4000, () => plainCall(client));
      break;
    case 'short':
    case 'stream':
    case 'long':
      result = await streamPair(client, options);
      break;
    case 'heap':
      result = await heapPerStream(client, 1000);
      break;
    case 'loop':
      result = await loopDelay(client, 2000);
      break;
    case 'soak':
      result = await soak(client, 100_000);
      break;
    default:
      throw new Error(`unknown scenario ${scenario}`);
  }
});
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
