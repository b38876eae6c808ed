import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asArray, asNumber, asObject, type JsonObject } from './json-shape.ts';
import { servedAnthropicModel } from './models.ts';
import { inputUsage, wireInput } from './anthropic-prompt.ts';
import { keepThread, wholeRequest } from './anthropic-threads.ts';
import { contentText, finalText, limited } from './openai-chat.ts';
import type { Reply } from './reply.ts';
import { newId, nextToolCall, type ProviderState } from './state.ts';
import { countTokens, textOf, tokenPieces } from './tokens.ts';

/** Who serves the model: each puts the same message into its own envelope. */
export type AnthropicHost = 'anthropic' | 'bedrock' | 'vertex';

/** Tool turns already made since the user last said something other than a tool's result. */
function turnsSinceUser(messages: readonly unknown[]): number {
  let turns = 0;
  for (const message of messages) {
    const { role, content } = asObject(message);
    const types = new Set(asArray(content).map((block) => asObject(block)['type']));
    if (role === 'assistant' && types.has('tool_use')) turns += 1;
    else if (role === 'user' && !types.has('tool_result')) turns = 0;
  }
  return turns;
}

const THINKING = 'The question has two readings; the plain one fits better.';

interface Turn {
  readonly content: readonly JsonObject[];
  readonly stopReason: 'end_turn' | 'max_tokens' | 'tool_use';
  readonly output: number;
  readonly thinking: number;
  readonly webSearches: number;
}

function takeTurn(body: JsonObject, state: ProviderState): Turn {
  const content: JsonObject[] = [];
  const thinks = ['enabled', 'adaptive'].includes(textOf(asObject(body['thinking'])['type']));
  if (thinks) content.push({ type: 'thinking', thinking: THINKING, signature: 'c2lnbmVk' });
  const thinking = thinks ? countTokens(THINKING) : 0;
  const messages = asArray(body['messages']);
  const turns = turnsSinceUser(messages);
  const call = nextToolCall(body['tools'], body['tool_choice'], turns, state.options);
  if (call !== undefined) {
    content.push({ type: 'tool_use', id: newId('toolu_'), name: call.name, input: call.arguments });
    const output = countTokens(call.name + JSON.stringify(call.arguments));
    return { content, stopReason: 'tool_use', output, thinking, webSearches: 0 };
  }
  const searches = asArray(body['tools']).some((tool) =>
    textOf(asObject(tool)['type']).startsWith('web_search_'),
  );
  if (searches) {
    const id = newId('srvtoolu_');
    const input = { query: 'sample query' };
    content.push({ type: 'server_tool_use', id, name: 'web_search', input });
    content.push({ type: 'web_search_tool_result', tool_use_id: id, content: [] });
  }
  const lastUser = messages.findLast((message) => asObject(message)['role'] === 'user');
  const format = asObject(body['output_config'])['format'] ?? body['output_format'];
  const answer = finalText(format, contentText(asObject(lastUser)['content']));
  const { text, cut } = limited(answer, asNumber(body['max_tokens']));
  content.push({ type: 'text', text, citations: null });
  return {
    content,
    stopReason: cut ? 'max_tokens' : 'end_turn',
    output: countTokens(text),
    thinking,
    webSearches: searches ? 1 : 0,
  };
}

function blockEvents(block: JsonObject, index: number): object[] {
  const start = (empty: JsonObject): object => ({
    type: 'content_block_start',
    index,
    content_block: { ...block, ...empty },
  });
  const delta = (inner: JsonObject): object => ({
    type: 'content_block_delta',
    index,
    delta: inner,
  });
  const stop = { type: 'content_block_stop', index };
  if (block['type'] === 'text') {
    const pieces = tokenPieces(textOf(block['text']));
    return [
      start({ text: '' }),
      ...pieces.map((text) => delta({ type: 'text_delta', text })),
      stop,
    ];
  }
  if (block['type'] === 'thinking') {
    const pieces = tokenPieces(textOf(block['thinking']));
    return [
      start({ thinking: '', signature: '' }),
      ...pieces.map((thinking) => delta({ type: 'thinking_delta', thinking })),
      delta({ type: 'signature_delta', signature: block['signature'] }),
      stop,
    ];
  }
  if (block['type'] === 'web_search_tool_result') return [start({}), stop];
  const pieces = tokenPieces(JSON.stringify(block['input']));
  return [
    start({ input: {} }),
    ...pieces.map((json) => delta({ type: 'input_json_delta', partial_json: json })),
    stop,
  ];
}

function streamEvents(message: JsonObject, usage: JsonObject, stopReason: string): object[] {
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    usage: { ...usage, output_tokens: 1, output_tokens_details: null, server_tool_use: null },
  };
  const { cache_creation: _, service_tier: _tier, ...cumulative } = usage;
  return [
    { type: 'message_start', message: begun },
    { type: 'ping' },
    ...asArray(message['content']).flatMap((block, index) => blockEvents(asObject(block), index)),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: cumulative,
    },
    { type: 'message_stop' },
  ];
}

/** Bedrock repeats the counts in headers, and in a stream on the last event. */
function bedrockReply(reply: Reply, usage: TokenUsage, output: number): Reply {
  const counts = {
    'x-amzn-bedrock-input-token-count': String(usage.input),
    'x-amzn-bedrock-output-token-count': String(output),
  };
  if (reply.sse === undefined) return { ...reply, headers: counts };
  const metrics = {
    inputTokenCount: usage.input,
    outputTokenCount: output,
    invocationLatency: 40,
    firstByteLatency: 12,
    cacheReadInputTokenCount: usage.cacheRead,
    cacheWriteInputTokenCount: (usage.cacheWrite ?? 0) + (usage.cacheWrite1h ?? 0),
  };
  const last = { type: 'message_stop', 'amazon-bedrock-invocationMetrics': metrics };
  return { ...reply, sse: [...reply.sse.slice(0, -1), last] };
}

/** Answers `POST …/messages` and what Bedrock and Vertex make of it. */
export function answerMessages(
  sent: JsonObject,
  state: ProviderState,
  host: AnthropicHost,
  stream: boolean,
): Reply {
  const body = wholeRequest(sent, state);
  const model = servedAnthropicModel(textOf(body['model']));
  const turn = takeTurn(body, state);
  const input = inputUsage(body, model, state);
  const output = turn.output + turn.thinking;
  const wire: JsonObject = {
    ...wireInput(input),
    output_tokens: output,
    output_tokens_details: turn.thinking > 0 ? { thinking_tokens: turn.thinking } : null,
    server_tool_use:
      turn.webSearches > 0
        ? { web_search_requests: turn.webSearches, web_fetch_requests: 0 }
        : null,
    ...(host === 'anthropic'
      ? {
          service_tier: 'standard',
          inference_geo: body['inference_geo'] ?? 'global',
          speed: body['speed'] ?? 'standard',
        }
      : {}),
  };
  const message = {
    id: newId(host === 'bedrock' ? 'msg_bdrk_' : host === 'vertex' ? 'msg_vrtx_' : 'msg_'),
    type: 'message',
    role: 'assistant',
    model,
    content: turn.content,
    stop_reason: turn.stopReason,
    stop_sequence: null,
    usage: wire,
  };
  keepThread(body, message, state);
  const usage: TokenUsage = {
    ...input,
    output: turn.output,
    ...(turn.thinking > 0 ? { reasoning: turn.thinking } : {}),
    ...(turn.webSearches > 0 ? { webSearches: turn.webSearches } : {}),
  };
  const billed = { model, usage };
  const reply: Reply = stream
    ? { sse: streamEvents(message, wire, turn.stopReason), billed }
    : { json: message, billed };
  return host === 'bedrock' ? bedrockReply(reply, input, output) : reply;
}
