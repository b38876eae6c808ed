import '../../instrumentation/register.ts';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

import OpenAI from 'openai';

/**
 * Makes calls at once, under the budgets of the configuration, and prints how they ended: `ok` or
 * the name of the error. What may pass a little later is tried again: on a busy machine even a store
 * on the loopback does not always answer in time. Argument: calls.
 */
const [calls = 0] = process.argv.slice(2).map(Number);
const openai = new OpenAI({ apiKey: 'test' });

async function call(): Promise<string> {
  for (;;) {
    try {
      await openai.chat.completions.create({
        model: 'gpt-4o',
        max_tokens: 200,
        messages: [{ role: 'user', content: 'What is the time?' }],
      });
      return 'ok';
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (Reflect.get(error, 'retryable') !== true) return error.name;
      await wait(100);
    }
  }
}

const ended: Record<string, number> = {};
for (const how of await Promise.all(Array.from({ length: calls }, call))) {
  ended[how] = (ended[how] ?? 0) + 1;
}
console.log(JSON.stringify(ended));
