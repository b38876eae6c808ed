/**
 * A child of `run.ts`: what budgets add to a call, from its start to its booking. All variants take
 * turns in this process. With a Redis server on this machine also the wait for its answer.
 */
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { LlmCall } from 'costspan/conventions';
import { createClient } from 'redis';
import { type CallPipeline, createCallPipeline } from '../processor/node/call-pipeline.ts';
import type { BudgetConfig } from '../processor/governance/config/index.ts';
import { resolveConfig } from '../processor/governance/config/resolve-config.ts';
import { configureBudgets } from '../processor/governance/budget-settings.ts';
import { measureRequest } from '../instrumentation/core/call/request-size.ts';
import { findProgram } from '../test/support/programs.ts';
import { startRedisServer } from '../test/support/redis-server.ts';
import {
  ADMISSION_AREAS,
  type AdmissionArea,
  type AdmissionFigures,
  type RedisFigures,
} from './admission-section.ts';
import { type Place, profileBy } from './profile.ts';

const TURNS = 16;
/** Many, since the clock of a thread's CPU time may go in steps of some milliseconds. */
const CALLS_A_TURN = 20_000;
const REDIS_CALLS = 4_000;
const LARGE_USD = 1_000_000;

const body = {
  model: 'gpt-4o-mini',
  max_tokens: 200,
  messages: [
    { role: 'system', content: 'You are a helpful assistant. '.repeat(20) },
    { role: 'user', content: 'Why is the sky blue? '.repeat(10) },
  ],
};
const span = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 });
let calls = 0;

function nextCall(): LlmCall {
  calls += 1;
  const call = new LlmCall('chat', 'openai');
  call.requestModel = 'gpt-4o-mini';
  call.maxOutputTokens = 200;
  call.startTimeMs = Date.now();
  call.requestSize = () => measureRequest(body);
  return call;
}

function end(pipeline: CallPipeline, call: LlmCall): void {
  call.responseModel = 'gpt-4o-mini-2024-07-18';
  call.responseId = `chatcmpl-${calls}`;
  call.usage = { input: 200, output: 100, reasoning: 0 };
  call.endTimeMs = call.startTimeMs + 1;
  void pipeline.calls.callEnded(call, span, {});
}

async function pipelineWith(budgets: readonly BudgetConfig[]): Promise<CallPipeline> {
  const pipeline = createCallPipeline();
  const folders = { file: '/', environment: '/' };
  const environment = {
    disabled: false,
    attribution: {},
    store: undefined,
    file: undefined,
    problems: [],
  };
  const config = resolveConfig({ budgets, ledger: { mode: 'off' } }, environment, folders);
  pipeline.governance.budgets.configure(config, () => undefined);
  await pipeline.governance.budgets.opening();
  // The store is asked for pauses once before anything is decided.
  await new Promise(setImmediate);
  return pipeline;
}

const team: BudgetConfig = { id: 'a', limitUsd: LARGE_USD, period: 'month' };
const hard: BudgetConfig = { ...team, mode: 'hard' };
const three = [
  hard,
  { ...hard, id: 'b', period: 'day' },
  { ...hard, id: 'c', period: 'hour' },
] as const;
const variants = {
  none: await pipelineWith([]),
  unmatched: await pipelineWith([{ ...hard, match: { team: 'another' } }]),
  memoryOne: await pipelineWith([hard]),
  memoryThree: await pipelineWith(three),
};
type Variant = keyof typeof variants;

function turn(pipeline: CallPipeline): number {
  const started = process.threadCpuUsage();
  for (let index = 0; index < CALLS_A_TURN; index += 1) {
    const call = nextCall();
    pipeline.calls.callStarted(call, ROOT_CONTEXT);
    const denial = pipeline.calls.admit(call);
    if (denial !== undefined) throw new Error('not decided at once, or refused');
    end(pipeline, call);
  }
  const { user, system } = process.threadCpuUsage(started);
  return (user + system) / CALLS_A_TURN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const names = Object.keys(variants) as Variant[];
const times = new Map<Variant, number[]>(names.map((name) => [name, []]));
for (let index = 0; index < TURNS; index += 1) {
  for (const name of names) {
    const microseconds = turn(variants[name]);
    if (index >= TURNS / 4) times.get(name)?.push(microseconds);
  }
}
/** Median of the differences to the turn without budgets in the same round. */
function added(name: Variant): number {
  const without = times.get('none') ?? [];
  return median((times.get(name) ?? []).map((value, round) => value - (without[round] ?? 0)));
}

/** Files by the area that their code counts to; those of the store come before all of budgets. */
const FILES: readonly (readonly [RegExp, AdmissionArea])[] = [
  [/\/request-size\.ts$/, 'size of the request'],
  [/\/pricing\/|\/budgets\/(?:estimate|calibration|model-limits)\.ts$/, 'prices and estimate'],
  [/\/budgets\/(?:memory-.*|decide|.*store.*)\.ts$|\/recent-map\.ts$/, 'the store'],
  [/\/budgets\/(?:telemetry|decision-counts|gauges|alerts)\.ts$/, 'decisions told'],
  [/\/budgets\//, 'admission and settlement'],
];

function areaOf({ functionName, url }: Place): AdmissionArea | undefined {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(idle)') return undefined;
  return FILES.find(([file]) => file.test(url))?.[1] ?? 'all else, Node.js and V8';
}

function profileOf(pipeline: CallPipeline): Promise<Readonly<Record<AdmissionArea, number>>> {
  const count = 5 * CALLS_A_TURN;
  return profileBy(ADMISSION_AREAS, areaOf, count, () => {
    for (let index = 0; index < 5; index += 1) turn(pipeline);
    return Promise.resolve();
  });
}

async function parts(): Promise<AdmissionFigures['parts']> {
  const withThree = await profileOf(variants.memoryThree);
  const without = await profileOf(variants.none);
  return Object.fromEntries(
    ADMISSION_AREAS.map((area) => [area, { three: withThree[area], none: without[area] }]),
  ) as AdmissionFigures['parts'];
}

type Redis = ReturnType<typeof createClient>;

/** Microseconds until each of {@link REDIS_CALLS} admissions, and each PING after it, is answered. */
async function roundTrips(
  pipeline: CallPipeline,
  client: Redis,
): Promise<{ readonly admission: number; readonly ping: number }> {
  const admissions: number[] = [];
  const pings: number[] = [];
  for (let index = 0; index < REDIS_CALLS; index += 1) {
    const call = nextCall();
    pipeline.calls.callStarted(call, ROOT_CONTEXT);
    const started = performance.now();
    const denial = await pipeline.calls.admit(call);
    const admitted = performance.now();
    // A machine too busy to answer in time says nothing of the usual time.
    if (denial !== undefined) continue;
    end(pipeline, call);
    // Its settlement is out of the way before the next one is timed.
    await client.ping();
    const pinged = performance.now();
    await client.ping();
    if (index < REDIS_CALLS / 4) continue;
    admissions.push((admitted - started) * 1e3);
    pings.push((performance.now() - pinged) * 1e3);
  }
  return { admission: median(admissions), ping: median(pings) };
}

/** Microseconds that the server runs the script of an admission, on average. */
async function scriptTime(pipeline: CallPipeline, client: Redis): Promise<number> {
  await client.sendCommand(['CONFIG', 'RESETSTAT']);
  const open: LlmCall[] = [];
  for (let index = 0; index < REDIS_CALLS / 4; index += 1) {
    const call = nextCall();
    pipeline.calls.callStarted(call, ROOT_CONTEXT);
    if ((await pipeline.calls.admit(call)) === undefined) open.push(call);
  }
  const stats = await client.info('commandstats');
  for (const call of open) end(pipeline, call);
  await client.ping();
  return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(stats)?.[1]);
}

async function throughRedis(): Promise<RedisFigures | undefined> {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  const server = await startRedisServer(program);
  const client: Redis = createClient({ url: server.url });
  client.on('error', () => undefined);
  await client.connect();
  configureBudgets({ redis: client });
  const one = await pipelineWith([hard]);
  const all = await pipelineWith(three);
  const tripOfOne = await roundTrips(one, client);
  const tripOfThree = await roundTrips(all, client);
  const script = { one: await scriptTime(one, client), three: await scriptTime(all, client) };
  client.destroy();
  await server.stop();
  return {
    admissionP50: { one: tripOfOne.admission, three: tripOfThree.admission },
    script,
    pingP50: (tripOfOne.ping + tripOfThree.ping) / 2,
  };
}

const figures: AdmissionFigures = {
  none: median(times.get('none') ?? []),
  unmatched: added('unmatched'),
  memoryOne: added('memoryOne'),
  memoryThree: added('memoryThree'),
  parts: await parts(),
  redis: await throughRedis(),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
