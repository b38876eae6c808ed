import type { ContractApi } from './api.ts';
import { CHAT_REQUEST, SAME_ID, chatCompletions } from './openai-fixtures.ts';

const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 30,
  total_tokens: 130,
  prompt_tokens_details: { cached_tokens: 40 },
  completion_tokens_details: { reasoning_tokens: 10 },
};

export interface CompatibleProvider {
  readonly provider: string;
  readonly model: string;
  /** Below the base URL of a client. */
  readonly path?: string;
  /** What its usage has beside the counts. */
  readonly usage?: object;
}

/** Chat completions of a provider that speaks OpenAI's wire and ends a stream with its usage. */
export function compatibleChat({
  provider,
  model,
  path = '',
  usage,
}: CompatibleProvider): ContractApi {
  const envelope = { id: 'chatcmpl-1', created: 1_700_000_000, model };
  const request = { ...CHAT_REQUEST, model };
  const chunk = (delta: object, more: object = {}, finishReason: string | null = null): object => ({
    ...envelope,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  });
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 200,
    'gen_ai.request.stop_sequences': ['END'],
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 30,
    'gen_ai.usage.cache_read.input_tokens': 40,
    'gen_ai.usage.reasoning.output_tokens': 10,
  };
  return {
    ...chatCompletions,
    path,
    create: (client, stream, options = {}, body = request) =>
      chatCompletions.create(client, stream, options, body),
    whole: {
      headers: SAME_ID,
      json: {
        ...envelope,
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Twice its half – naïvely 🙂.' },
            finish_reason: 'stop',
          },
        ],
        usage: { ...USAGE, ...usage },
      },
    },
    events: [
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Twice its half' }),
      chunk({ content: ' – naïvely 🙂' }),
      chunk({ content: '.' }),
      chunk({}, { usage: { ...USAGE, ...usage } }, 'stop'),
    ],
    wholeAttributes: attributes,
    streamAttributes: {
      ...attributes,
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': 'a number',
    },
  };
}
