import type { TokenUsage } from '../../../conventions/token-usage.ts';
import { asArray, asObject, asString, type JsonObject } from './json-shape.ts';
import type { Reply } from './reply.ts';
import type { ProviderState } from './state.ts';
import { countTokens, textOf } from './tokens.ts';

interface PromptBlock {
  readonly text: string;
  readonly breakpoint: boolean;
  readonly ttl: string | undefined;
}

function promptBlock(value: unknown): PromptBlock {
  const { cache_control: control, ...rest } = asObject(value);
  return {
    text: typeof value === 'string' ? value : textOf(rest['text'] ?? rest),
    breakpoint: control !== undefined && control !== null,
    ttl: asString(asObject(control)['ttl']),
  };
}

function contentBlocks(content: unknown): PromptBlock[] {
  return typeof content === 'string' ? [promptBlock(content)] : asArray(content).map(promptBlock);
}

/** The prompt in the order that the cache sees it: tools, system, messages. */
function promptBlocks(body: JsonObject): PromptBlock[] {
  const blocks = [
    ...asArray(body['tools']).map(promptBlock),
    ...contentBlocks(body['system']),
    ...asArray(body['messages']).flatMap((message) => contentBlocks(asObject(message)['content'])),
  ];
  const last = blocks.at(-1);
  if (last !== undefined && body['cache_control'] !== undefined) {
    const ttl = asString(asObject(body['cache_control'])['ttl']);
    blocks[blocks.length - 1] = { ...last, breakpoint: true, ttl };
  }
  return blocks;
}

/** What the prompt counts for, in our own classes. */
export function inputUsage(body: JsonObject, model: string, state: ProviderState): TokenUsage {
  const blocks = promptBlocks(body);
  const total = blocks.reduce((sum, block) => sum + countTokens(block.text), 0);
  const cached =
    state.options.cache === false ? { read: 0, written: 0 } : state.cache.explicit(model, blocks);
  const oneHour = blocks.findLast((block) => block.breakpoint)?.ttl === '1h';
  return {
    input: total - cached.read - cached.written,
    cacheRead: cached.read,
    cacheWrite: oneHour ? 0 : cached.written,
    cacheWrite1h: oneHour ? cached.written : 0,
  };
}

/** The same in Anthropic's words. */
export function wireInput(usage: TokenUsage): JsonObject {
  const fiveMinutes = usage.cacheWrite ?? 0;
  const oneHour = usage.cacheWrite1h ?? 0;
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: fiveMinutes + oneHour,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: {
      ephemeral_5m_input_tokens: fiveMinutes,
      ephemeral_1h_input_tokens: oneHour,
    },
  };
}

/** Answers `POST …/messages/count_tokens`, which is free. */
export function answerCountTokens(body: JsonObject): Reply {
  const tokens = promptBlocks(body).reduce((sum, block) => sum + countTokens(block.text), 0);
  return { json: { input_tokens: tokens } };
}
