import 'costspan/register';
import { trace } from '@opentelemetry/api';
import {
  AgentLimitError,
  BudgetExceededError,
  overrideBudget,
  PausedError,
  pauseCalls,
  withAttribution,
} from 'costspan';
import OpenAI from 'openai';

import { arrivals } from './arrivals.ts';

/**
 * Experiments, within the limits of `limits.yaml`: one workflow comes to where its owner is alerted,
 * one is stopped by its budget, one is granted more, one runs away, and an agent is paused.
 */
const openai = new OpenAI();
const tracer = trace.getTracer('labs');

/** One call; whether it was sent. */
async function ask(workflow: string, question: string): Promise<boolean> {
  try {
    await openai.chat.completions.create({
      model: 'gpt-4o-mini',
      max_tokens: 200,
      messages: [{ role: 'user', content: `${workflow}: ${question}` }],
    });
    return true;
  } catch (error) {
    if (
      error instanceof BudgetExceededError ||
      error instanceof PausedError ||
      error instanceof AgentLimitError
    ) {
      return false;
    }
    throw error;
  }
}

async function experiment(workflow: string, calls: number): Promise<void> {
  const questions = Array.from({ length: calls }, (_, index) => `variant ${index + 1}`);
  for await (const question of arrivals(questions, 150)) {
    await withAttribution({ workflow }, () => ask(workflow, question));
  }
}

/** The budget is for four calls; its owner agrees to two more. */
async function evaluate(): Promise<void> {
  await experiment('eval-suite', 4);
  await overrideBudget('eval-suite', {
    extra: 2,
    actor: 'cy',
    reason: 'release 2.4 is judged tonight',
    ticket: 'LAB-112',
  });
  await experiment('eval-suite', 2);
}

/** A loop that does not see that it gets nowhere. */
async function research(): Promise<void> {
  await withAttribution({ workflow: 'web-research' }, async () => {
    for (let step = 1; await ask('web-research', `step ${step}`); step += 1);
  });
}

/** Somebody switches the agent off while it works. */
async function crawl(): Promise<void> {
  for await (const page of arrivals(['page 1', 'page 2', 'page 3', 'page 4', 'page 5'], 200)) {
    if (page === 'page 4') {
      await pauseCalls(
        { agent: 'crawler' },
        { actor: 'sre-on-call', reason: 'it crawls in circles' },
      );
    }
    await withAttribution({ workflow: 'site-crawl' }, () =>
      tracer.startActiveSpan(
        'invoke_agent crawler',
        { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'crawler' } },
        async (span) => {
          await ask('site-crawl', page);
          span.end();
        },
      ),
    );
  }
}

await Promise.all([
  experiment('prompt-lab', 7),
  experiment('data-mining', 7),
  evaluate(),
  research(),
  crawl(),
]);
