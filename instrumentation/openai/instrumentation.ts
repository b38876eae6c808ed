import { ATTR_GEN_AI_OUTPUT_TYPE, ATTR_GEN_AI_RESPONSE_ID } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call-record.ts';
import { endpointOf } from '../core/endpoint.ts';
import type { GeneratedSdk, WatchedMethod } from '../core/generated-sdk.ts';
import { asDictionary, asString, lengthOf } from '../core/read.ts';
import type { CallEndpoint } from '../core/record-call.ts';
import { requestsStreamUsage } from '../core/settings.ts';
import type { CallShape } from '../core/shape.ts';
import {
  bodyOf,
  readChatRequest,
  readCompletionRequest,
  readEmbeddingsRequest,
  readResponsesRequest,
} from './request.ts';
import {
  readCompletion,
  readEmbeddings,
  readFetchedResponse,
  readPlainResponse,
  readResponseObject,
} from './response.ts';
import {
  hidesCompletionChunk,
  readCompletionChunk,
  readFetchedEvent,
  readMediaEvent,
  readResponseEvent,
} from './stream.ts';

/** Providers known to take `stream_options.include_usage`; others may refuse the request. */
const TAKES_STREAM_USAGE: ReadonlySet<string> = new Set([
  'openai',
  'azure.ai.openai',
  'deepseek',
  'groq',
  'x_ai',
  'openrouter',
  'together',
  'fireworks',
  'cerebras',
  'moonshot_ai',
  'mistral_ai',
  'gcp.gemini',
  'vercel',
]);

/**
 * Asks for the usage of a stream that the caller did not ask for, where the host is known to give
 * it. What the caller says about `include_usage` is never overruled.
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat_create-stream_options
 */
function askForStreamUsage(record: CallRecord, args: readonly unknown[]): readonly unknown[] {
  const body = bodyOf(args);
  if (body['stream'] !== true || !requestsStreamUsage()) return args;
  const { provider } = record.call;
  // An unknown host is called `openai` for its flavour only.
  const known = TAKES_STREAM_USAGE.has(provider) && (record.isKnownHost || provider !== 'openai');
  const options = asDictionary(body['stream_options']);
  if (!known || (options !== undefined && 'include_usage' in options)) return args;
  record.usageRequested = true;
  const sent: Record<string, unknown> = {
    ...body,
    stream_options: { ...options, include_usage: true },
  };
  // From a raw body that the application reads itself, no chunk can be hidden.
  record.withdraw = () => {
    record.usageRequested = false;
    if ('stream_options' in body) sent['stream_options'] = body['stream_options'];
    else delete sent['stream_options'];
  };
  return [sent, ...args.slice(1)];
}

const chatCompletions: CallShape = {
  operation: 'chat',
  readRequest: readChatRequest,
  prepare: askForStreamUsage,
  readResponse: readCompletion,
  readChunk: readCompletionChunk,
  hides: hidesCompletionChunk,
  requestText: (args) => [bodyOf(args)['messages'], bodyOf(args)['tools']],
};

const completions: CallShape = {
  ...chatCompletions,
  operation: 'text_completion',
  readRequest: readCompletionRequest,
  requestText: (args) => bodyOf(args)['prompt'],
};

const responses: CallShape = {
  operation: 'chat',
  readRequest: readResponsesRequest,
  readResponse: readResponseObject,
  readChunk: readResponseEvent,
  requestText: (args) => [
    bodyOf(args)['input'],
    bodyOf(args)['instructions'],
    bodyOf(args)['tools'],
  ],
};

const fetchResponse: CallShape = {
  operation: 'fetch_response',
  readRequest(record, args) {
    const id = asString(args[0]);
    if (id !== undefined) record.attributes[ATTR_GEN_AI_RESPONSE_ID] = id;
  },
  readResponse: readFetchedResponse,
  readChunk: readFetchedEvent,
};

const embeddings: CallShape = {
  operation: 'embeddings',
  readRequest: readEmbeddingsRequest,
  readResponse: readEmbeddings,
  requestText: (args) => bodyOf(args)['input'],
};

const images: CallShape = {
  operation: 'generate_content',
  readRequest(record, args) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'image';
    record.call.stream = bodyOf(args)['stream'] === true;
  },
  readResponse(record, response) {
    readPlainResponse(record, response);
    markImageOutput(record);
  },
  readChunk(record, event) {
    readMediaEvent(record, event);
    markImageOutput(record);
  },
};

/** Image models bill what they draw by image tokens, also where the usage does not say so. */
function markImageOutput({ call: { usage } }: CallRecord): void {
  if (usage?.output !== undefined && usage.outputText === undefined) {
    usage.outputImage ??= usage.output;
  }
}

const speech: CallShape = {
  operation: 'generate_content',
  readRequest(record, args) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
    // The SDK hands out the raw response either way; events end with the usage.
    record.call.stream = bodyOf(args)['stream_format'] === 'sse';
    record.scratch = lengthOf(bodyOf(args)['input']);
  },
  readResponse(record, response) {
    readPlainResponse(record, response);
    // Billed by the character where the model has no token rates.
    if (typeof record.scratch === 'number') {
      record.call.usage ??= { inputCharacters: record.scratch };
    }
  },
  readChunk: readMediaEvent,
};

const transcriptions: CallShape = {
  operation: 'generate_content',
  readRequest(record, args) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
    record.call.stream = bodyOf(args)['stream'] === true;
  },
  readResponse(record, response) {
    readPlainResponse(record, response);
    const duration = asDictionary(response)?.['duration'];
    // `verbose_json` of the models billed by the minute.
    if (record.call.usage === undefined && Number(duration) > 0) {
      record.call.usage = { inputAudioSeconds: Number(duration) };
    }
  },
  readChunk: readMediaEvent,
};

const moderations: CallShape = {
  operation: 'moderation',
  readRequest: () => undefined,
  readResponse: readPlainResponse,
};

function watch(path: string, shape: CallShape): WatchedMethod {
  const steps = path.split('.');
  const method = steps.pop() ?? '';
  const classPath = steps.map((step) => step.charAt(0).toUpperCase() + step.slice(1));
  return { classPath, instancePath: steps, method, shape };
}

function clientEndpoint(client: unknown): CallEndpoint {
  const fields = asDictionary(client);
  const endpoint = endpointOf(fields?.['baseURL']);
  const azureClient =
    typeof fields?.['apiVersion'] === 'string' &&
    ('deploymentName' in fields || '_deployment' in fields);
  const provider = endpoint.provider ?? (azureClient ? 'azure.ai.openai' : 'openai');
  return { ...endpoint, provider };
}

/**
 * The methods of the `openai` package that reach a model. `parse`, `stream`, `runTools` and the
 * `beta.chat` helpers all call these.
 */
export const openaiSdk: GeneratedSdk = {
  packageName: 'openai',
  clientExports: ['OpenAI', 'default'],
  ownResource: 'chat',
  endpointOf: clientEndpoint,
  methods: [
    watch('chat.completions.create', chatCompletions),
    watch('completions.create', completions),
    watch('responses.create', responses),
    watch('responses.retrieve', fetchResponse),
    watch('embeddings.create', embeddings),
    watch('images.generate', images),
    watch('images.edit', images),
    watch('images.createVariation', images),
    watch('audio.speech.create', speech),
    watch('audio.transcriptions.create', transcriptions),
    watch('audio.translations.create', transcriptions),
    watch('moderations.create', moderations),
  ],
};
