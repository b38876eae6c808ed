import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asArray, asNumber, asObject, asString, sampleOf, type JsonObject } from './json-shape.ts';
import { reasons, reportsCacheWrites, servedModel } from './models.ts';
import type { Reply } from './reply.ts';
import { newId, nextToolCall, nowSeconds, proseAnswer, type ProviderState } from './state.ts';
import { countTokens, textOf, tokenPieces } from './tokens.ts';

/** The model's part of an answer, before it is put into JSON or chunks. */
export interface Turn {
  readonly text: string | undefined;
  readonly tool:
    | { readonly id: string; readonly name: string; readonly arguments: string }
    | undefined;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
}

const EFFORT_TOKENS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 0,
  low: 64,
  medium: 192,
  high: 640,
};

/** Reasoning tokens of a model that thinks, by the effort asked for; else 0. */
export function reasoningTokens(model: string, effort: unknown): number {
  return reasons(model) ? (EFFORT_TOKENS[asString(effort) ?? 'medium'] ?? 192) : 0;
}

/** The usage of an OpenAI call in our own classes, from which both wire shapes are written. */
export function openAiUsage(
  state: ProviderState,
  model: string,
  prompt: string,
  outputTokens: number,
  reasoning: number,
): TokenUsage {
  const total = countTokens(prompt);
  const cached =
    state.options.cache === false ? { read: 0, written: 0 } : state.cache.automatic(model, prompt);
  const written = reportsCacheWrites(model) ? cached.written : undefined;
  return {
    input: total - cached.read - (written ?? 0),
    cacheRead: cached.read,
    ...(written === undefined ? {} : { cacheWrite: written }),
    output: outputTokens,
    reasoning,
    total: total + outputTokens + reasoning,
  };
}

function inputTotal(usage: TokenUsage): number {
  return (usage.input ?? 0) + (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0);
}

function wireUsage(usage: TokenUsage): JsonObject {
  return {
    prompt_tokens: inputTotal(usage),
    completion_tokens: (usage.output ?? 0) + (usage.reasoning ?? 0),
    total_tokens: usage.total,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: 0,
      ...(usage.cacheWrite === undefined ? {} : { cache_write_tokens: usage.cacheWrite }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Text of a message, whether its content is a string or a list of parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => asString(asObject(part)['text']) ?? textOf(part))
    .join('\n');
}

/** Tool turns already made since the user last spoke. */
function turnsSinceUser(messages: readonly unknown[]): number {
  let turns = 0;
  for (const message of messages) {
    const { role, tool_calls: calls } = asObject(message);
    if (role === 'user') turns = 0;
    else if (role === 'assistant' && asArray(calls).length > 0) turns += 1;
  }
  return turns;
}

/** The final answer: an instance of the schema where one was asked for, else prose. */
export function finalText(format: unknown, question: string): string {
  const { type, json_schema: wrapped, schema } = asObject(format);
  if (type === 'json_object') return JSON.stringify({ answer: 'sample' });
  if (type !== 'json_schema') return proseAnswer(question);
  return JSON.stringify(sampleOf(asObject(wrapped)['schema'] ?? schema));
}

/** Cuts the text to the tokens allowed, never inside a character. */
export function limited(
  text: string,
  maxTokens: number | undefined,
): { text: string; cut: boolean } {
  if (maxTokens === undefined || countTokens(text) <= maxTokens) return { text, cut: false };
  const cutAt = text.slice(0, maxTokens * 4);
  return { text: cutAt.replace(/[\uD800-\uDBFF]$/, ''), cut: true };
}

function takeTurn(body: JsonObject, state: ProviderState): Turn {
  const messages = asArray(body['messages']);
  const call = nextToolCall(
    body['tools'],
    body['tool_choice'],
    turnsSinceUser(messages),
    state.options,
  );
  if (call !== undefined) {
    const tool = {
      id: newId('call_'),
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    };
    return { text: undefined, tool, finishReason: 'tool_calls' };
  }
  const lastUser = messages.findLast((message) => asObject(message)['role'] === 'user');
  const answer = finalText(body['response_format'], contentText(asObject(lastUser)['content']));
  const max = asNumber(body['max_completion_tokens']) ?? asNumber(body['max_tokens']);
  const { text, cut } = limited(answer, max);
  return { text, tool: undefined, finishReason: cut ? 'length' : 'stop' };
}

function turnTokens(turn: Turn): number {
  return turn.tool === undefined
    ? countTokens(turn.text ?? '')
    : countTokens(turn.tool.name + turn.tool.arguments);
}

function wireMessage(turn: Turn): JsonObject {
  const call = turn.tool;
  return {
    role: 'assistant',
    content: turn.text ?? null,
    refusal: null,
    annotations: [],
    ...(call === undefined
      ? {}
      : {
          tool_calls: [
            {
              id: call.id,
              type: 'function',
              function: { name: call.name, arguments: call.arguments },
            },
          ],
        }),
  };
}

function* deltas(turn: Turn): Generator<JsonObject> {
  yield { role: 'assistant', content: turn.tool === undefined ? '' : null, refusal: null };
  for (const piece of tokenPieces(turn.text ?? '')) yield { content: piece };
  const call = turn.tool;
  if (call === undefined) return;
  const opening = { name: call.name, arguments: '' };
  yield { tool_calls: [{ index: 0, id: call.id, type: 'function', function: opening }] };
  for (const piece of tokenPieces(call.arguments)) {
    yield { tool_calls: [{ index: 0, function: { arguments: piece } }] };
  }
}

function streamEvents(
  turn: Turn,
  head: JsonObject,
  body: JsonObject,
  usage: TokenUsage,
  azure: boolean,
): object[] {
  const withUsage = asObject(body['stream_options'])['include_usage'] === true;
  const noUsageYet = withUsage ? { usage: null } : {};
  const events: object[] = [];
  if (azure) {
    const filter = { prompt_index: 0, content_filter_results: {} };
    events.push({ ...head, id: '', model: '', choices: [], prompt_filter_results: [filter] });
  }
  for (let index = 0; index < (asNumber(body['n']) ?? 1); index += 1) {
    for (const delta of deltas(turn)) {
      const choice = { index, delta, logprobs: null, finish_reason: null };
      events.push({ ...head, choices: [choice], ...noUsageYet });
    }
    const last = { index, delta: {}, logprobs: null, finish_reason: turn.finishReason };
    events.push({ ...head, choices: [last], ...noUsageYet });
  }
  if (withUsage) events.push({ ...head, choices: [], usage: wireUsage(usage) });
  return events;
}

/** Tier served for the one asked for. `auto` is whatever the project is set to. */
export function servedTier(asked: unknown): string {
  return asked === undefined || asked === null || asked === 'auto' ? 'default' : textOf(asked);
}

/** Answers `POST …/chat/completions`. */
export function answerChat(body: JsonObject, state: ProviderState, azure: boolean): Reply {
  const model = servedModel(textOf(body['model']));
  const turn = takeTurn(body, state);
  const choices = asNumber(body['n']) ?? 1;
  const prompt = textOf(body['tools']) + asArray(body['messages']).map(textOf).join('\n');
  const usage = openAiUsage(
    state,
    model,
    prompt,
    turnTokens(turn) * choices,
    reasoningTokens(model, body['reasoning_effort']),
  );
  const stream = body['stream'] === true;
  const head = {
    id: newId('chatcmpl-'),
    object: stream ? 'chat.completion.chunk' : 'chat.completion',
    created: nowSeconds(),
    model,
    service_tier: servedTier(body['service_tier']),
    system_fingerprint: 'fp_44709d6fcb',
  };
  const billed = { model, usage };
  if (stream) return { sse: streamEvents(turn, head, body, usage, azure), billed };
  const json = {
    ...head,
    choices: Array.from({ length: choices }, (_, index) => ({
      index,
      message: wireMessage(turn),
      logprobs: null,
      finish_reason: turn.finishReason,
    })),
    usage: wireUsage(usage),
  };
  return { json, billed };
}
