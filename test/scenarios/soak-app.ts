import '../../instrumentation/register.ts';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';

import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

import { withAttribution } from '../../index.ts';
import { openCallCount } from '../../instrumentation/core/call/open-calls.ts';
import { fixtureReply } from '../support/fixtures/fixture-case.ts';
import { anthropicFixtures } from '../support/fixtures/anthropic/expected.ts';
import { openaiFixtures } from '../support/fixtures/openai/expected.ts';
import { createInProcessFetch } from '../support/in-process-fetch.ts';

/**
 * Makes calls of every kind for as long as asked and prints what became of the heap. Needs
 * `--expose-gc`; arguments: calls, windows.
 */
const [calls = 0, windows = 1] = process.argv.slice(2).map(Number);

const reply = (folder: 'openai' | 'anthropic', file: string) => {
  const table = folder === 'openai' ? openaiFixtures : anthropicFixtures;
  const fixture = table.find((one) => one.file === file);
  if (fixture === undefined) throw new Error(file);
  return fixtureReply(folder, fixture);
};
const replies = {
  chat: [reply('openai', 'chat-cached.json'), reply('openai', 'chat-stream-usage.jsonl')],
  messages: [reply('anthropic', 'message-plain.json'), reply('anthropic', 'stream-plain.jsonl')],
} as const;
const fetch = createInProcessFetch(({ path, body }) => {
  const [whole, stream] = replies[path.endsWith('messages') ? 'messages' : 'chat'];
  return (body as { stream?: boolean }).stream === true ? stream : whole;
});
const openai = new OpenAI({ apiKey: 'test', fetch });
const anthropic = new Anthropic({ apiKey: 'test', fetch });
const messages = [{ role: 'user' as const, content: 'Why?' }];
const chat = { model: 'gpt-4o', messages } as const;
const question = { model: 'claude-sonnet-5', max_tokens: 9, messages } as const;

const streamed = { ...chat, stream: true } as const;

async function readSome(stream: AsyncIterable<unknown>, most: number): Promise<void> {
  let chunks = 0;
  for await (const chunk of stream) {
    void chunk;
    chunks += 1;
    if (chunks >= most) break;
  }
}

/** One call each, all of them left behind in another way. */
const KINDS: readonly (() => Promise<unknown>)[] = [
  () => openai.chat.completions.create(chat),
  async () => readSome(await openai.chat.completions.create(streamed), Infinity),
  () => anthropic.messages.create(question),
  async () => readSome(await openai.chat.completions.create(streamed), 1),
  // Nobody ever reads these.
  () => openai.chat.completions.create(streamed),
  () => openai.chat.completions.create(streamed).asResponse(),
  async () => (await openai.chat.completions.create(streamed))[Symbol.asyncIterator]().next(),
  async () => (await openai.chat.completions.create(streamed)).controller.abort(),
  async () => readSome(await anthropic.messages.create({ ...question, stream: true }), 2),
  () =>
    openai.chat.completions.create(chat, { signal: AbortSignal.abort() }).catch(() => 'stopped'),
];

/** Collects garbage until the streams that nobody reads are found, or a fixed number of times. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    globalThis.gc?.();
    await nextTurn();
    if (openCallCount() === 0) return;
  }
}

const heap: number[] = [];
for (let window = 0; window < windows; window += 1) {
  for (let made = 0; made < calls / windows; made += KINDS.length) {
    const attribution = { team: `team-${window % 5}`, workflow: `workflow-${made % 40}` };
    await withAttribution(attribution, () => Promise.all(KINDS.map((call) => call())));
  }
  await collect();
  globalThis.gc?.();
  heap.push(process.memoryUsage().heapUsed);
}
process.stdout.write(JSON.stringify({ heap, open: openCallCount() }));
