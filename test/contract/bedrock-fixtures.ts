import { NodeHttpHandler } from '@smithy/node-http-handler';

import type { Reply } from '../support/provider/reply.ts';
import type { PlainApi, PlainOptions } from './plain-api.ts';

const PROMPT = 'How long is a piece of string?';
export const SAID: RegExp = /piece of string|Twice its half/;

/** Commands of one copy of the SDK, by name. */
export type Commands = Readonly<Record<string, new (input: object) => object>>;

/** The SDK speaks HTTP/2 unless it is told otherwise. */
export function clientConfig(url: string, more: object = {}): object {
  return {
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
    endpoint: url,
    requestHandler: new NodeHttpHandler(),
    ...more,
  };
}

interface Sender {
  send(command: object, options?: object): Promise<unknown>;
}

const WIRE_USAGE = {
  inputTokens: 60,
  outputTokens: 30,
  totalTokens: 90,
  cacheReadInputTokens: 40,
  cacheWriteInputTokens: 12,
  cacheDetails: [
    { ttl: '1h', inputTokens: 5 },
    { ttl: '5m', inputTokens: 7 },
  ],
};

const USAGE = { input: 60, cacheRead: 40, cacheWrite: 7, cacheWrite1h: 5, output: 30, total: 142 };

const USAGE_ATTRIBUTES = {
  'gen_ai.usage.input_tokens': 112,
  'gen_ai.usage.output_tokens': 30,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.cache_write.input_tokens': 12,
};

const STREAM_ATTRIBUTES = {
  'gen_ai.request.stream': true,
  'gen_ai.response.time_to_first_chunk': 'a number',
};

function attributesOf(modelId: string): object {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'aws.bedrock',
    'gen_ai.request.model': modelId,
    'gen_ai.request.max_tokens': 200,
    'gen_ai.request.temperature': 0.5,
  };
}

export function awsError(status: number): Reply {
  return {
    status,
    headers: { 'x-amzn-errortype': ERRORS[status] ?? 'InternalServerException' },
    json: { message: 'no' },
  };
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  429: 'ThrottlingException',
};

function send(
  client: unknown,
  Command: Commands[string] | undefined,
  input: object,
  { signal }: PlainOptions,
): Promise<unknown> {
  if (Command === undefined) throw new TypeError('no such command');
  const options = signal === undefined ? {} : { abortSignal: signal };
  return (client as Sender).send(new Command(input), options);
}

const ERROR_TYPES = (status: number): string => ERRORS[status] ?? 'InternalServerException';
const CONVERSE_MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

function delta(text: string): object {
  return { contentBlockDelta: { delta: { text }, contentBlockIndex: 0 } };
}

export function converse(commands: Commands): PlainApi {
  const input = ({ prompt = PROMPT }: PlainOptions): object => ({
    modelId: CONVERSE_MODEL,
    messages: [{ role: 'user', content: [{ text: prompt }] }],
    inferenceConfig: { maxTokens: 200, temperature: 0.5, stopSequences: ['END'] },
    guardrailConfig: { guardrailIdentifier: 'guard-1', guardrailVersion: '1' },
  });
  const request = {
    ...attributesOf(CONVERSE_MODEL),
    'gen_ai.request.stop_sequences': ['END'],
    'gen_ai.response.finish_reasons': ['end_turn'],
    'aws.bedrock.guardrail.id': 'guard-1',
    ...USAGE_ATTRIBUTES,
  };
  return {
    name: 'Converse',
    takesSignal: true,
    errorTypeOf: ERROR_TYPES,
    whole: {
      reply: {
        json: {
          output: {
            message: { role: 'assistant', content: [{ text: 'Twice its half – naïvely 🙂.' }] },
          },
          stopReason: 'end_turn',
          usage: WIRE_USAGE,
          metrics: { latencyMs: 40 },
        },
      },
      call: (client, options) => send(client, commands['ConverseCommand'], input(options), options),
      attributes: request,
      usage: USAGE,
    },
    streamed: {
      reply: {
        sse: [
          { messageStart: { role: 'assistant' } },
          delta('Twice its half'),
          delta(' – naïvely 🙂.'),
          { contentBlockStop: { contentBlockIndex: 0 } },
          { messageStop: { stopReason: 'end_turn' } },
          { metadata: { usage: WIRE_USAGE, metrics: { latencyMs: 40 } } },
        ],
      },
      async open(client, options) {
        const output = await send(
          client,
          commands['ConverseStreamCommand'],
          input(options),
          options,
        );
        return (output as { readonly stream: AsyncIterable<unknown> }).stream;
      },
      attributes: { ...request, ...STREAM_ATTRIBUTES },
      usage: USAGE,
      cutAfter: 3,
      hangAfter: 3,
      errorEvent: { throttlingException: { message: 'too many' } },
    },
  };
}

const INVOKE_MODEL = 'meta.llama3-1-70b-instruct-v1:0';

export function invokeModel(commands: Commands): PlainApi {
  const input = ({ prompt = PROMPT }: PlainOptions): object => ({
    modelId: INVOKE_MODEL,
    body: JSON.stringify({ prompt, max_gen_len: 200, temperature: 0.5 }),
  });
  const counts = { prompt_token_count: 60, generation_token_count: 30 };
  const attributes = {
    ...attributesOf(INVOKE_MODEL),
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 60,
    'gen_ai.usage.output_tokens': 30,
  };
  return {
    name: 'InvokeModel',
    takesSignal: true,
    errorTypeOf: ERROR_TYPES,
    whole: {
      reply: {
        json: { generation: 'Twice its half – naïvely 🙂.', stop_reason: 'stop', ...counts },
      },
      call: (client, options) =>
        send(client, commands['InvokeModelCommand'], input(options), options),
      attributes,
      usage: { input: 60, output: 30 },
    },
    streamed: {
      reply: {
        sse: [
          {
            generation: 'Twice',
            prompt_token_count: 60,
            generation_token_count: 1,
            stop_reason: null,
          },
          {
            generation: ' its half',
            prompt_token_count: null,
            generation_token_count: 3,
            stop_reason: null,
          },
          {
            generation: ' 🙂.',
            prompt_token_count: null,
            generation_token_count: 29,
            stop_reason: null,
          },
          {
            generation: '',
            prompt_token_count: null,
            generation_token_count: 30,
            stop_reason: 'stop',
            'amazon-bedrock-invocationMetrics': { inputTokenCount: 60, outputTokenCount: 30 },
          },
        ],
      },
      async open(client, options) {
        const command = commands['InvokeModelWithResponseStreamCommand'];
        const output = await send(client, command, input(options), options);
        return (output as { readonly body: AsyncIterable<unknown> }).body;
      },
      attributes: { ...attributes, ...STREAM_ATTRIBUTES },
      usage: { input: 60, output: 30 },
      cutAfter: 2,
      hangAfter: 2,
      cutUsage: 'provider',
      errorEvent: { modelStreamErrorException: { message: 'broken' } },
    },
  };
}
