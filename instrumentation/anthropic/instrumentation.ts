import { endpointOf } from '../core/call/endpoint.ts';
import type { GeneratedSdk, HelperMethod, WatchedMethod } from '../core/stainless/generated-sdk.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import type { CallEndpoint } from '../core/call/start-call.ts';
import type { CallShape } from '../core/call/shape.ts';
import { batchHelper } from '../core/stainless/batch-helper.ts';
import { createMessageBatch, watchMessageResults } from './batches.ts';
import { packages } from './metadata.ts';
import { silenceHelperSpan, silenceNativeSpan } from './native-span.ts';
import { readCompletionRequest, readMessagesRequest } from '../core/anthropic-wire/request.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { readCompletion, readMessage } from '../core/anthropic-wire/response.ts';
import { readCompletionEvent, readMessageEvent } from '../core/anthropic-wire/stream.ts';

const messages: CallShape = {
  operation: 'chat',
  readRequest: readMessagesRequest,
  outputLimit: () => 'max_tokens',
  readResponse: readMessage,
  readChunk: readMessageEvent,
  requestText: (args) => {
    const body = bodyOf(args);
    return [body['system'], body['messages'], body['tools']];
  },
};

/** The older completions API, which reports no usage. */
const completions: CallShape = {
  operation: 'text_completion',
  readRequest: readCompletionRequest,
  outputLimit: () => 'max_tokens_to_sample',
  readResponse: readCompletion,
  readChunk: readCompletionEvent,
  requestText: (args) => bodyOf(args)['prompt'],
};

interface Place {
  readonly classPath: readonly string[];
  readonly instancePath: readonly string[];
  readonly method: string;
}

function placeOf(path: string): Place {
  const steps = path.split('.');
  const method = steps.pop() ?? '';
  const classPath = steps.map((step) => step.charAt(0).toUpperCase() + step.slice(1));
  return { classPath, instancePath: steps, method };
}

function watch(path: string, shape: CallShape): WatchedMethod {
  return { ...placeOf(path), shape };
}

function silence(path: string): HelperMethod {
  return { ...placeOf(path), wrap: silenceHelperSpan };
}

/**
 * Newer clients say whose API they speak (`aws.bedrock`); older ones are known by their fields; a
 * known host tells the rest, such as an Anthropic-compatible endpoint of another provider.
 */
function clientEndpoint(client: unknown): CallEndpoint {
  const fields = asDictionary(client);
  const endpoint = endpointOf(fields?.['baseURL']);
  const told = asString(fields?.['_genAIProviderName']);
  const platform = told === undefined || told === 'anthropic' ? platformOf(fields) : told;
  const provider = platform ?? endpoint.provider ?? 'anthropic';
  // Where its own host is not asked, nothing else tells.
  const place = provider === 'gcp.vertex_ai' ? asString(fields?.['region']) : undefined;
  return { ...endpoint, provider, place };
}

function platformOf(fields: ReturnType<typeof asDictionary>): string | undefined {
  if (fields === undefined) return undefined;
  if ('awsRegion' in fields) return 'aws.bedrock';
  if ('region' in fields && 'projectId' in fields) return 'gcp.vertex_ai';
  // The client of Foundry calls itself `anthropic`; where it sends to may be a gateway of one's own.
  if ('resource' in fields && 'messages' in fields) return 'azure.ai.inference';
  return undefined;
}

/**
 * The methods of `@anthropic-ai/sdk` that reach a model. `parse`, `stream`, the tool runner and
 * message threads all call `create`; counting tokens is free.
 */
const platformSdk = {
  ownResource: 'messages',
  endpointOf: clientEndpoint,
  silence: silenceNativeSpan,
  methods: [watch('messages.create', messages), watch('beta.messages.create', messages)],
  helpers: [silence('messages.stream'), silence('beta.messages.stream')],
} as const satisfies Partial<GeneratedSdk>;

export const anthropicSdk: GeneratedSdk = {
  ...platformSdk,
  packageName: packages[0].packageName,
  clientExports: ['Anthropic', 'default'],
  methods: [
    ...platformSdk.methods,
    // Versions 0.27 to 0.31.
    watch('beta.promptCaching.messages.create', messages),
    // Gone in 1.0.
    watch('completions.create', completions),
    watch('messages.batches.create', createMessageBatch),
    watch('beta.messages.batches.create', createMessageBatch),
  ],
  helpers: [
    ...platformSdk.helpers,
    batchHelper('messages.batches.results', clientEndpoint, watchMessageResults(messages)),
    batchHelper('beta.messages.batches.results', clientEndpoint, watchMessageResults(messages)),
  ],
};

export const bedrockSdk: GeneratedSdk = {
  ...platformSdk,
  packageName: packages[1].packageName,
  clientExports: ['AnthropicBedrock', 'AnthropicBedrockMantle', 'default'],
};

export const vertexSdk: GeneratedSdk = {
  ...platformSdk,
  packageName: packages[2].packageName,
  clientExports: ['AnthropicVertex', 'default'],
};

export const foundrySdk: GeneratedSdk = {
  ...platformSdk,
  packageName: packages[3].packageName,
  clientExports: ['AnthropicFoundry', 'default'],
};
