import 'costspan/register';
import OpenAI from 'openai';

import { arrivals } from './arrivals.ts';

/**
 * An agent written by hand: a loop over chat completions, with no framework and no span of its
 * own. The first line is all it knows of costspan; team and workflow come from the environment.
 */
const openai = new OpenAI();

const tools: OpenAI.ChatCompletionTool[] = [
  'list_pages',
  'fetch_page',
  'compare_page',
  'fetch_changelog',
  'write_note',
].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { page: { type: 'string' } } } },
}));

async function watch(site: string): Promise<void> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: 'user', content: `What has changed at ${site}?` },
  ];
  for (;;) {
    const answer = await openai.chat.completions.create({
      model: 'gpt-5.4-mini',
      reasoning_effort: 'low',
      messages,
      tools,
    });
    const message = answer.choices[0]?.message;
    if (message?.tool_calls === undefined) return;
    messages.push(message);
    for (const { id } of message.tool_calls) {
      const content = `${site}: ${'a line of the page; '.repeat(30)}`;
      messages.push({ role: 'tool', tool_call_id: id, content });
    }
  }
}

for await (const site of arrivals(['north.example', 'south.example', 'west.example'], 900)) {
  await watch(site);
}
