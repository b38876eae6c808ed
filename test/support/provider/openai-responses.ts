import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asArray, asNumber, asObject, asString, type JsonObject } from './json-shape.ts';
import { servedModel } from './models.ts';
import {
  contentText,
  finalText,
  limited,
  openAiUsage,
  reasoningTokens,
  servedTier,
} from './openai-chat.ts';
import type { Reply } from './reply.ts';
import { newId, nextToolCall, nowSeconds, type ProviderState } from './state.ts';
import { countTokens, textOf, tokenPieces } from './tokens.ts';

const ANSWERED_TOOL = 'function_call_output';

/** Tool turns since the user last spoke, in this input and in the responses it goes on from. */
function turnsSinceUser(body: JsonObject, state: ProviderState): number {
  const before = state.stored(asString(body['previous_response_id']) ?? '')?.toolTurns ?? 0;
  let turns = before;
  for (const item of asArray(body['input'])) {
    const { type, role } = asObject(item);
    if (role === 'user') turns = 0;
    else if (type === ANSWERED_TOOL && body['previous_response_id'] === undefined) turns += 1;
  }
  return typeof body['input'] === 'string' ? 0 : turns;
}

function lastQuestion(input: unknown): string {
  if (typeof input === 'string') return input;
  const user = asArray(input).findLast((item) => asObject(item)['role'] === 'user');
  return contentText(asObject(user)['content']);
}

/** Items for the tools that the provider runs itself. */
function hostedItems(tools: unknown): JsonObject[] {
  const items: JsonObject[] = [];
  for (const tool of asArray(tools)) {
    const type = asString(asObject(tool)['type']) ?? '';
    if (type.startsWith('web_search')) {
      const action = { type: 'search', query: 'sample query', queries: ['sample query'] };
      items.push({ id: newId('ws_'), type: 'web_search_call', status: 'completed', action });
    } else if (type === 'code_interpreter') {
      items.push({
        id: newId('ci_'),
        type: 'code_interpreter_call',
        status: 'completed',
        code: 'print(1)',
        container_id: newId('cntr_'),
        outputs: [],
      });
    }
  }
  return items;
}

interface Answer {
  readonly items: readonly JsonObject[];
  readonly tokens: number;
  readonly cut: boolean;
  readonly toolTurns: number;
}

function answerItems(body: JsonObject, state: ProviderState, reasoning: number): Answer {
  const turns = turnsSinceUser(body, state);
  const items: JsonObject[] = [];
  if (reasoning > 0) items.push({ id: newId('rs_'), type: 'reasoning', summary: [] });
  const call = nextToolCall(body['tools'], body['tool_choice'], turns, state.options);
  if (call !== undefined) {
    const args = JSON.stringify(call.arguments);
    items.push({
      id: newId('fc_'),
      type: 'function_call',
      status: 'completed',
      call_id: newId('call_'),
      name: call.name,
      arguments: args,
    });
    return { items, tokens: countTokens(call.name + args), cut: false, toolTurns: turns + 1 };
  }
  items.push(...hostedItems(body['tools']));
  const answer = finalText(asObject(body['text'])['format'], lastQuestion(body['input']));
  const { text, cut } = limited(answer, asNumber(body['max_output_tokens']));
  items.push({
    id: newId('msg_'),
    type: 'message',
    role: 'assistant',
    status: cut ? 'incomplete' : 'completed',
    content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
  });
  return { items, tokens: countTokens(text), cut, toolTurns: 0 };
}

function wireUsage(usage: TokenUsage): JsonObject {
  return {
    input_tokens: (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0),
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      ...(usage.cacheWrite === undefined ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    output_tokens: (usage.output ?? 0) + (usage.reasoning ?? 0),
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.total,
  };
}

function itemEvents(item: JsonObject, index: number): JsonObject[] {
  const base = { item_id: item['id'], output_index: index };
  const open = (content: JsonObject): JsonObject => ({
    type: 'response.output_item.added',
    output_index: index,
    item: { ...item, status: 'in_progress', ...content },
  });
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (item['type'] === 'function_call') {
    const args = textOf(item['arguments']);
    return [
      open({ arguments: '' }),
      ...tokenPieces(args).map((delta) => ({
        type: 'response.function_call_arguments.delta',
        ...base,
        delta,
      })),
      { type: 'response.function_call_arguments.done', ...base, arguments: args },
      done,
    ];
  }
  if (item['type'] !== 'message') return [open({}), done];
  const part = asObject(asArray(item['content'])[0]);
  const text = textOf(part['text']);
  const at = { ...base, content_index: 0 };
  return [
    open({ content: [] }),
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    ...tokenPieces(text).map((delta) => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
    done,
  ];
}

/** The events that build up `response`, numbered as the API numbers them. */
function responseEvents(response: JsonObject): object[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...asArray(response['output']).flatMap((item, index) => itemEvents(asObject(item), index)),
    { type: `response.${textOf(response['status'])}`, response },
  ];
  return events.map((event, at) => ({ ...event, sequence_number: at }));
}

/** Answers `POST …/responses`. A background response is queued, then in progress, then completed. */
export function answerResponse(body: JsonObject, state: ProviderState): Reply {
  const model = servedModel(textOf(body['model']));
  const reasoning = reasoningTokens(model, asObject(body['reasoning'])['effort']);
  const answer = answerItems(body, state, reasoning);
  const prompt = ['instructions', 'tools', 'input'].map((key) => textOf(body[key])).join('\n');
  const usage = openAiUsage(state, model, prompt, answer.tokens, reasoning);
  const id = newId('resp_');
  const response: JsonObject = {
    id,
    object: 'response',
    created_at: nowSeconds(),
    status: answer.cut ? 'incomplete' : 'completed',
    background: body['background'] === true,
    error: null,
    incomplete_details: answer.cut ? { reason: 'max_output_tokens' } : null,
    instructions: body['instructions'] ?? null,
    metadata: {},
    model,
    output: answer.items,
    parallel_tool_calls: true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: asObject(body['reasoning'])['effort'] ?? null, summary: null },
    service_tier: servedTier(body['service_tier']),
    store: body['store'] !== false,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    usage: wireUsage(usage),
  };
  const billed = { model, usage };
  if (body['background'] === true && body['stream'] !== true) {
    const waiting = { ...response, output: [], usage: null };
    const queued = { ...waiting, status: 'queued' };
    const becomes = [{ ...waiting, status: 'in_progress' }, response];
    state.store(id, { response: queued, toolTurns: answer.toolTurns, becomes });
    return { json: queued, billed };
  }
  if (body['store'] !== false) state.store(id, { response, toolTurns: answer.toolTurns });
  return body['stream'] === true
    ? { sse: responseEvents(response), billed }
    : { json: response, billed };
}

function notFound(id: string): Reply {
  const message = `Response with id '${id}' not found.`;
  return {
    status: 404,
    json: { error: { message, type: 'invalid_request_error', param: null, code: null } },
  };
}

/** Answers `GET …/responses/:id`, moving a background response one step on. Bills nothing. */
export function answerRetrieve(id: string, stream: boolean, state: ProviderState): Reply {
  const stored = state.stored(id);
  if (stored === undefined) return notFound(id);
  stored.response = stored.becomes?.shift() ?? stored.response;
  return stream ? { sse: responseEvents(stored.response) } : { json: stored.response };
}

/** Answers `POST …/responses/:id/cancel`. */
export function answerCancel(id: string, state: ProviderState): Reply {
  const stored = state.stored(id);
  if (stored === undefined) return notFound(id);
  stored.becomes = [];
  stored.response = { ...stored.response, status: 'cancelled' };
  return { json: stored.response };
}
