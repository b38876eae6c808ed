/** A child of `run.ts`: measures one scenario under one variant and prints one JSON line. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type OpenAI from 'openai';
import { type ClientOptions, addReaction, createClient, plainCall, streamCall } from './client.ts';
import { setUpNeighbour } from './neighbours.ts';
import { profileByOwner } from './profile.ts';

type Scope = (run: () => Promise<void>) => Promise<void>;

const [variant = 'bare', scenario = 'plain'] = process.argv.slice(2);

async function prepare(client: OpenAI): Promise<Scope> {
  if (variant === 'bare' || setUpNeighbour(variant)) return (run) => run();
  const module = (await import(`./variants/${variant}.ts`)) as {
    instrument(client: OpenAI): Scope | undefined | Promise<Scope | undefined>;
  };
  return (await module.instrument(client)) ?? ((run) => run());
}

/**
 * Microseconds for each of `count` runs of `body`, which never waits for anything outside. By the wall
 * clock, since that of a thread's CPU goes in steps of milliseconds.
 */
async function microsecondsEach(count: number, body: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  for (let index = 0; index < count; index += 1) await body();
  return ((performance.now() - startedMs) * 1000) / count;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
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
  return Math.min(...results);
}

/**
 * Microseconds a stream for a bare client, one with a promise reaction a chunk, and one of the
 * variant, which take turns in this process: a stream is mostly the SDK's own work, and two processes
 * differ in that by more than what is looked for.
 */
async function streamSides(watched: OpenAI, options: ClientOptions): Promise<object> {
  const reaction = createClient(options);
  addReaction(reaction);
  const sides = [
    { name: 'bare', client: createClient(options), times: [] as number[] },
    { name: 'reaction', client: reaction, times: [] as number[] },
    { name: 'watched', client: watched, times: [] as number[] },
  ];
  // About as many chunks in every turn, whatever the length of a stream.
  const count = Math.min(120, Math.ceil(6000 / (options.chunks ?? 500)));
  for (let round = 0; round < 40; round += 1) {
    for (const { client: side, times } of round % 2 === 0 ? sides : sides.toReversed()) {
      const time = await microsecondsEach(count, () => streamCall(side));
      if (round >= 4) times.push(time);
    }
  }
  return Object.fromEntries(sides.map(({ name, times }) => [name, Math.min(...times)]));
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

/**
 * The 99th percentile of event-loop delay, milliseconds, while `count` streams run at once. A median,
 * since one run has few turns of the loop and the longest of them decides.
 */
async function loopDelay(client: OpenAI, count: number): Promise<number> {
  const run = () => Promise.all(Array.from({ length: count }, () => streamCall(client)));
  await run();
  const delays: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await run();
    delay.disable();
    delays.push(delay.percentile(99) / 1e6);
  }
  return quantile(delays, 0.5);
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
      result = await repeat(24, 2000, () => plainCall(client));
      break;
    case 'stream alone':
      result = await repeat(24, 20, () => streamCall(client));
      break;
    case 'short':
    case 'stream':
    case 'long':
      result = await streamSides(client, options);
      break;
    case 'profile':
      await microsecondsEach(4000, () => plainCall(client));
      await microsecondsEach(100, () => streamCall(client));
      result = {
        plain: await profileByOwner(20_000, () => plainCall(client)),
        stream: await profileByOwner(400, () => streamCall(client)),
      };
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
