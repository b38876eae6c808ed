import { type CallFacts, wholeInput, wholeOutput } from './facts.ts';
import { type AttributeValue, attributesOf, some, type SpanAttributes } from './writer.ts';

/** Which of the names that the conventions have had a writer uses. */
export interface Words {
  readonly provider: 'gen_ai.provider.name' | 'gen_ai.system';
  /** Spelling of the provider, where it is the writer's own. */
  readonly spelling?: (provider: string) => string;
  readonly operation?: (facts: CallFacts) => string | undefined;
  readonly input: string;
  readonly output: string;
  readonly cacheRead?: string;
  readonly cacheWrite?: string;
  readonly reasoning?: string;
  readonly total?: string;
  /** Whether the input that it writes leaves out what came from the cache. */
  readonly cacheOutside?: (facts: CallFacts) => boolean;
  /** Whether the output that it writes leaves out reasoning. */
  readonly reasoningOutside?: (facts: CallFacts) => boolean;
}

export const NEWEST: Words = {
  provider: 'gen_ai.provider.name',
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  cacheWrite: 'gen_ai.usage.cache_write.input_tokens',
  reasoning: 'gen_ai.usage.reasoning.output_tokens',
};

export const OF_2025: Words = {
  ...NEWEST,
  cacheWrite: 'gen_ai.usage.cache_creation.input_tokens',
};

export const OF_1_36: Words = {
  provider: 'gen_ai.system',
  input: 'gen_ai.usage.input_tokens',
  output: 'gen_ai.usage.output_tokens',
};

export function operationOf({ operation }: CallFacts): string {
  return operation ?? 'chat';
}

/** A call in the words of the conventions, of any age. */
export function conventional(facts: CallFacts, words: Words): SpanAttributes {
  const { usage, provider } = facts;
  const operation = words.operation === undefined ? operationOf(facts) : words.operation(facts);
  const all: Record<string, AttributeValue | undefined> = {
    'gen_ai.operation.name': operation,
    [words.provider]: words.spelling?.(provider) ?? provider,
    'gen_ai.request.model': facts.model,
    'gen_ai.response.model': facts.responseModel,
    'gen_ai.response.id': facts.responseId,
    'gen_ai.response.finish_reasons':
      facts.finishReason === undefined ? undefined : [facts.finishReason],
    'gen_ai.conversation.id': facts.conversation,
    'error.type': facts.errorType,
  };
  if (facts.firstChunkMs !== undefined) {
    all['gen_ai.request.stream'] = true;
    all['gen_ai.response.time_to_first_chunk'] = facts.firstChunkMs / 1000;
  }
  if (facts.tier !== undefined) {
    all['openai.request.service_tier'] = facts.tier;
    all['openai.response.service_tier'] = facts.tier;
  }
  if (usage !== undefined) {
    const isCacheOutside = words.cacheOutside?.(facts) === true;
    const isReasoningOutside = words.reasoningOutside?.(facts) === true;
    all[words.input] = isCacheOutside ? usage.input : wholeInput(usage);
    if (facts.operation === undefined) {
      all[words.output] = isReasoningOutside ? usage.output : wholeOutput(usage);
    }
    if (words.cacheRead !== undefined) all[words.cacheRead] = some(usage.cacheRead);
    if (words.cacheWrite !== undefined) all[words.cacheWrite] = some(usage.cacheWrite);
    if (words.reasoning !== undefined) all[words.reasoning] = some(usage.reasoning);
    if (words.total !== undefined) all[words.total] = wholeInput(usage) + wholeOutput(usage);
  }
  return attributesOf(all);
}

/** A writer that leaves out what tokens came from the cache, and so tells them as ordinary input. */
export function withoutCache(facts: CallFacts): CallFacts {
  const { usage } = facts;
  if (usage === undefined) return facts;
  const { output, reasoning } = usage;
  const told = { input: wholeInput(usage), output, reasoning };
  return { ...facts, usage: withoutUndefined(told) };
}

/** A writer that says nothing of reasoning, which its output holds. */
export function withoutReasoning(facts: CallFacts): CallFacts {
  const { usage } = facts;
  if (usage?.reasoning === undefined) return facts;
  const { reasoning, ...rest } = usage;
  return { ...facts, usage: { ...rest, output: (usage.output ?? 0) + reasoning } };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
