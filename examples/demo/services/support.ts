import 'costspan/register';
import Anthropic, { APIUserAbortError } from '@anthropic-ai/sdk';
import { recordOutcome, withAttribution } from 'costspan';
import OpenAI from 'openai';

import { arrivals } from './arrivals.ts';
import { handbook } from './texts.ts';

/**
 * The support desk: it sums up tickets, drafts replies while the customer waits, and lets an agent
 * look into bugs.
 */
const anthropic = new Anthropic();
const openai = new OpenAI();
const team = 'support';

const system: Anthropic.TextBlockParam[] = [
  { type: 'text', text: handbook('customer tickets', 90), cache_control: { type: 'ephemeral' } },
];

async function summarize(ticket: string): Promise<void> {
  await anthropic.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 300,
    system,
    messages: [{ role: 'user', content: `Sum up in two sentences: ${ticket}` }],
  });
}

/** Streams a draft to the customer's window; `closes` is the customer closing it half-way. */
async function draftReply(ticket: string, closes: boolean): Promise<void> {
  const stream = anthropic.messages.stream({
    model: 'claude-sonnet-5',
    max_tokens: 600,
    system,
    messages: [{ role: 'user', content: `Draft a reply to: ${ticket}` }],
  });
  let shown = '';
  try {
    for await (const event of stream) {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue;
      shown += event.delta.text;
      if (closes && shown.length > 60) stream.abort();
    }
    recordOutcome({ name: 'reply-sent', status: 'success', valueUsd: 1.5 });
  } catch (error) {
    if (!(error instanceof APIUserAbortError)) throw error;
  }
}

function tool(name: string, description: string, result: string) {
  return {
    type: 'function' as const,
    function: {
      name,
      description,
      parse: JSON.parse,
      parameters: { type: 'object', properties: { query: { type: 'string' } } },
      function: (_input: object): string => result,
    },
  };
}

async function triage(bug: string): Promise<void> {
  const agent = openai.chat.completions.runTools({
    model: 'gpt-5-mini',
    reasoning_effort: 'low',
    messages: [
      { role: 'system', content: 'Find the cause and file an issue.' },
      { role: 'user', content: bug },
    ],
    tools: [
      tool('search_logs', 'Search the logs.', `17 lines: ${'timeout after 30 s; '.repeat(40)}`),
      tool('find_commit', 'Find a commit.', 'a41f: raise the pool size from 4 to 64'),
      tool('file_issue', 'File an issue.', 'filed'),
    ],
  });
  await agent.finalContent();
  const status = bug.includes('sometimes') ? 'failure' : 'success';
  recordOutcome({ name: 'bug-triaged', status, valueUsd: status === 'success' ? 12 : 0 });
}

const tickets = ['refund', 'login', 'invoice', 'export', 'delivery', 'password', 'upgrade', 'tax'];

async function desk(): Promise<void> {
  for await (const ticket of arrivals(tickets, 350)) {
    await withAttribution({ team, workflow: 'ticket-summary' }, () => summarize(ticket));
    await withAttribution({ team, workflow: 'reply-draft' }, () =>
      draftReply(ticket, ticket === 'export'),
    );
  }
}

const bugs = ['crash on save', 'slow search', 'sometimes logged out', 'wrong total', 'lost upload'];

async function bugQueue(): Promise<void> {
  for await (const bug of arrivals(bugs, 500)) {
    await withAttribution({ team, workflow: 'bug-triage' }, () => triage(bug));
  }
}

await Promise.all([desk(), bugQueue()]);
