import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { googleGenAi } from '../../instrumentation/google-genai/index.ts';
import { openai } from '../../instrumentation/openai/index.ts';
import { PROVIDERS } from '../../providers/table.ts';
import type { FeeCase } from './cases.ts';

type Body = Readonly<Record<string, unknown>>;

/** Events of a stream, as the wire has them. */
type Events = readonly object[];

function sse(events: Events, withNames: boolean): Response {
  const text = events
    .map((event) => {
      const name = withNames && 'type' in event ? `event: ${String(event.type)}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    })
    .join('');
  return new Response(text, { headers: { 'content-type': 'text/event-stream' } });
}

/** What a stream ends like: whole, without the items that it brought one by one, or broken off. */
export type Ending = 'whole' | 'without its items' | 'broken off';

function responseEvents(body: Body, ending: Ending): Events {
  const items = body['output'] as readonly object[];
  const events: object[] = [
    { type: 'response.created', response: { ...body, output: [], usage: null, status: 'queued' } },
    ...items.map((item, index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item,
    })),
  ];
  if (ending === 'broken off') return events;
  const output = ending === 'without its items' ? [] : items;
  return [...events, { type: 'response.completed', response: { ...body, output } }];
}

/** Groq has what its systems used in a place of its own. */
function usageChunk({ usage, usage_breakdown }: Body): object {
  return usage_breakdown === undefined
    ? { usage }
    : { x_groq: { id: 'req_1', usage, usage_breakdown } };
}

function chatEvents(body: Body): Events {
  const [choice] = body['choices'] as readonly { message: object }[];
  const head = { id: body['id'], object: 'chat.completion.chunk', model: body['model'] };
  return [
    { ...head, choices: [{ index: 0, delta: choice!.message }] },
    { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { ...head, choices: [], ...usageChunk(body) },
  ];
}

function messageEvents(body: Body, ending: Ending): Events {
  const blocks = body['content'] as readonly object[];
  const usage = body['usage'] as Body;
  const events: object[] = [
    {
      type: 'message_start',
      message: {
        ...body,
        content: [],
        stop_reason: null,
        usage: { ...usage, output_tokens: 1, server_tool_use: null },
      },
    },
    ...blocks.flatMap((block, index) => [
      { type: 'content_block_start', index, content_block: block },
      { type: 'content_block_stop', index },
    ]),
  ];
  if (ending === 'broken off') return events;
  return [
    ...events,
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ];
}

function geminiEvents(body: Body): Events {
  const [candidate] = body['candidates'] as readonly object[];
  const { responseId, modelVersion, usageMetadata } = body as Record<string, unknown>;
  return [
    {
      responseId,
      modelVersion,
      candidates: [{ ...candidate, finishReason: undefined }],
      usageMetadata: { promptTokenCount: 1_000, totalTokenCount: 1_000 },
    },
    {
      responseId,
      modelVersion,
      candidates: [{ index: 0, finishReason: 'STOP', content: { parts: [{ text: 'b' }] } }],
      usageMetadata,
    },
  ];
}

function hostOf(provider: string): string {
  const { hosts, domains } = PROVIDERS.find(({ name }) => name === provider)!;
  return hosts?.[0] ?? domains?.[0] ?? '';
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const event of stream) void event;
  } catch {
    // A stream that breaks off may end in an error.
  }
}

/** Makes the call of a case by the provider's own SDK, which answers with its body. */
export async function askBySdk(
  { wire, provider, model, body }: FeeCase,
  ending?: Ending,
  tools: readonly object[] = [],
): Promise<void> {
  const stream = ending !== undefined;
  const requestTools = (body['tools'] ?? []) as [];
  switch (wire) {
    case 'responses': {
      const client = new OpenAI({
        apiKey: 'key',
        baseURL: `https://${hostOf(provider)}/v1`,
        fetch: async () => (stream ? sse(responseEvents(body, ending), true) : Response.json(body)),
      });
      openai.instrumentClient(client);
      const request = { model, input: 'a', tools: requestTools };
      if (stream) await drain(await client.responses.create({ ...request, stream }));
      else await client.responses.create(request);
      return;
    }
    case 'chat': {
      const client = new OpenAI({
        apiKey: 'key',
        baseURL: `https://${hostOf(provider)}/v1`,
        fetch: async () => (stream ? sse(chatEvents(body), false) : Response.json(body)),
      });
      openai.instrumentClient(client);
      const request = { model, messages: [] };
      if (stream) await drain(await client.chat.completions.create({ ...request, stream }));
      else await client.chat.completions.create(request);
      return;
    }
    case 'messages': {
      const client = new Anthropic({
        apiKey: 'key',
        baseURL: `https://${hostOf(provider)}`,
        fetch: async () => (stream ? sse(messageEvents(body, ending), true) : Response.json(body)),
      });
      anthropic.instrumentClient(client);
      const request = { model, max_tokens: 9, messages: [] };
      if (stream) await drain(await client.messages.create({ ...request, stream }));
      else await client.messages.create(request);
      return;
    }
    case 'gemini': {
      const client = new GoogleGenAI({ apiKey: 'key', vertexai: provider === 'gcp.vertex_ai' });
      googleGenAi.instrumentClient(client);
      const before = globalThis.fetch;
      globalThis.fetch = async () =>
        stream ? sse(geminiEvents(body), false) : Response.json(body);
      try {
        const request = { model, contents: 'a', config: { tools: [...tools] } };
        if (stream) await drain(await client.models.generateContentStream(request));
        else await client.models.generateContent(request);
      } finally {
        globalThis.fetch = before;
      }
      return;
    }
    default:
      wire satisfies never;
  }
}
