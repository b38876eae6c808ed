import type { RawAnswer } from './answers.ts';

type Json = Readonly<Record<string, unknown>>;

/** The events by which the provider sends the same answer as a stream. */
export function streamed({ wire, body, baseUrl }: RawAnswer): readonly object[] {
  switch (wire) {
    case 'responses':
      return ofResponses(body);
    case 'anthropic':
      return ofAnthropic(body);
    case 'gemini':
      return ofGemini(body);
    case 'converse':
      return ofConverse(body);
    case 'cohere':
      return ofCohere(body);
    default:
      return ofChat(body, wire === 'mistral' || baseUrl?.includes('perplexity') === true);
  }
}

function ofResponses(body: Json): object[] {
  const { output = [], ...about } = body as { output?: readonly Json[] };
  const begun = { ...about, output: [], usage: null, status: 'in_progress' };
  const events: object[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
  ];
  for (const [index, item] of output.entries()) {
    const at = { output_index: index, item_id: item['id'] };
    const isMessage = item['type'] === 'message';
    const open = { ...item, status: 'in_progress', ...(isMessage && { content: [] }) };
    events.push({ type: 'response.output_item.added', ...at, item: open });
    if (isMessage) {
      const delta = 'Twice its half.';
      events.push({
        type: 'response.output_text.delta',
        ...at,
        content_index: 0,
        delta,
        logprobs: [],
      });
    }
    events.push({ type: 'response.output_item.done', ...at, item });
  }
  events.push({ type: 'response.completed', response: body });
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
}

/** Mistral and Perplexity put the usage on the last chunk with a choice, OpenAI on one of its own. */
function ofChat(body: Json, isUsageOnChoice: boolean): object[] {
  const { choices: _, usage, ...about } = body;
  const chunk = (delta: object, more: object = {}, reason: string | null = null): object => ({
    ...about,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
    ...more,
  });
  const last = { ...about, object: 'chat.completion.chunk' };
  return [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Twice ' }),
    chunk({ content: 'its half.' }),
    ...(isUsageOnChoice
      ? [chunk({ content: '' }, { usage }, 'stop')]
      : [chunk({}, {}, 'stop'), { ...last, choices: [], usage }]),
  ];
}

function ofAnthropic(body: Json): object[] {
  const { content, usage, stop_reason, stop_sequence } = body as {
    content: readonly Json[];
    usage: Json;
    stop_reason: string;
    stop_sequence: null;
  };
  const { output_tokens, output_tokens_details, server_tool_use, iterations, ...input } = usage;
  const message = {
    ...body,
    content: [],
    stop_reason: null,
    usage: { ...input, output_tokens: 1 },
  };
  const blocks = content.flatMap((block, index) => {
    const empty =
      block['type'] === 'text'
        ? { ...block, text: '' }
        : block['type'] === 'thinking'
          ? { ...block, thinking: '', signature: '' }
          : block;
    const delta =
      block['type'] === 'text'
        ? { type: 'text_delta', text: block['text'] }
        : block['type'] === 'thinking'
          ? { type: 'thinking_delta', thinking: block['thinking'] }
          : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
    return [
      { type: 'content_block_start', index, content_block: empty },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
  });
  return [
    { type: 'message_start', message },
    ...blocks,
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence },
      usage: { output_tokens, output_tokens_details, server_tool_use, iterations },
    },
    { type: 'message_stop' },
  ];
}

function ofGemini(body: Json): object[] {
  const { candidates, usageMetadata, ...about } = body as {
    candidates: readonly Json[];
    usageMetadata: Json;
  };
  const [candidate] = candidates;
  const { promptTokenCount, ...rest } = usageMetadata;
  return [
    {
      ...about,
      candidates: [{ index: 0, content: { parts: [{ text: 'Twice ' }] } }],
      usageMetadata: { promptTokenCount, totalTokenCount: promptTokenCount },
    },
    {
      ...about,
      candidates: [{ ...candidate, content: { parts: [{ text: 'its half.' }] } }],
      usageMetadata: { promptTokenCount, ...rest },
    },
  ];
}

function ofConverse({ usage, metrics, stopReason, serviceTier }: Json): object[] {
  return [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Twice its half.' } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason } },
    { metadata: { usage, metrics, ...(serviceTier !== undefined && { serviceTier }) } },
  ];
}

function ofCohere({ id, finish_reason, usage }: Json): object[] {
  return [
    {
      id,
      type: 'message-start',
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } },
    },
    {
      type: 'content-start',
      index: 0,
      delta: { message: { content: { type: 'text', text: '' } } },
    },
    {
      type: 'content-delta',
      index: 0,
      delta: { message: { content: { text: 'Twice its half.' } } },
    },
    { type: 'content-end', index: 0 },
    { type: 'message-end', delta: { finish_reason, usage } },
  ];
}
