/** One call of a process of the fleet. */
export interface PlannedCall {
  readonly team: string;
  readonly workflow: string;
  readonly sdk?: 'openai' | 'anthropic';
  /** Whom the provider charges; default the team. */
  readonly customer?: string;
}

/**
 * How a process ends once its calls are made: by itself; by `process.exit()` straight after the last
 * call; by an error that nobody catches; or it stays until a signal, with no handler, with one that
 * exits, with one that raises the signal again.
 */
export type End = 'natural' | 'exit' | 'throw' | 'reject' | 'stay' | 'exit-on-signal' | 'raise';

export interface WorkerPlan {
  readonly calls: readonly PlannedCall[];
  /** Between two calls. */
  readonly pauseMillis?: number;
  /** After every call, as a function does before it is frozen; or once, after this many calls. */
  readonly flush?: 'each' | number;
  /** Makes the calls over and over until SIGTERM, and then ends by itself. */
  readonly isEndless?: boolean;
  readonly end: End;
}

/** A process that does what `PLAN` says, and prints `done` when its calls are made. */
export const WORKER = `
import 'costspan/register';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { flushTelemetry, withAttribution } from 'costspan';
import { setTimeout as wait } from 'node:timers/promises';

const plan = JSON.parse(process.env.PLAN);
let isTold = false;
let made = 0;

function send({ sdk, team, customer = team }) {
  const content = 'Answer number ' + made + ' of ' + process.pid + ' in one sentence.';
  const messages = [{ role: 'user', content }];
  if (sdk === 'anthropic') {
    const client = new Anthropic({ apiKey: customer, maxRetries: 0 });
    return client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 64, messages });
  }
  const client = new OpenAI({ apiKey: customer, maxRetries: 0 });
  const model = made % 2 === 0 ? 'gpt-4.1-mini' : 'gpt-4o-mini';
  return client.chat.completions.create({ model, messages });
}

async function round() {
  for (const call of plan.calls) {
    if (plan.isEndless && isTold) return;
    const { team, workflow } = call;
    await withAttribution({ team, workflow }, () => send(call));
    made += 1;
    if (plan.flush === 'each' || plan.flush === made) await flushTelemetry();
    if (plan.pauseMillis !== undefined) await wait(plan.pauseMillis);
  }
}

if (plan.isEndless) process.once('SIGTERM', () => { isTold = true; });
if (plan.end === 'exit-on-signal') process.on('SIGTERM', () => process.exit(0));
if (plan.end === 'raise') {
  process.once('SIGTERM', async () => {
    await wait(20);
    process.kill(process.pid, 'SIGTERM');
  });
}
do await round(); while (plan.isEndless && !isTold);
console.log('done');
if (plan.end === 'exit') process.exit(0);
if (plan.end === 'throw') setImmediate(() => { throw new Error('as planned'); });
if (plan.end === 'reject') Promise.reject(new Error('as planned'));
if (['stay', 'exit-on-signal', 'raise'].includes(plan.end)) setInterval(() => {}, 1000);
`;
