import { bodyOf } from '../core/call/request-parameters.ts';
import { asArray } from '../../providers/read.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readFernOptions } from '../core/fern/fern-client.ts';
import {
  readChatRequest,
  readEmbedRequest,
  readLegacyChatRequest,
  readSampling,
} from './request.ts';
import {
  readBedrockHeaders,
  readChat,
  readEmbeddings,
  readGeneration,
  readLegacyChat,
  readMetered,
  readReranking,
} from './response.ts';
import { readChatEvent, readGenerationEvent, readLegacyChatEvent } from './stream.ts';

const chat: CallShape = {
  operation: 'chat',
  readRequest: readChatRequest,
  outputLimit: () => 'maxTokens',
  readHeaders: readBedrockHeaders,
  readResponse: readChat,
  readChunk: readChatEvent,
  requestText: (args) => [
    bodyOf(args)['messages'],
    bodyOf(args)['tools'],
    bodyOf(args)['documents'],
  ],
};

const legacyChat: CallShape = {
  operation: 'chat',
  readRequest: readLegacyChatRequest,
  outputLimit: () => 'maxTokens',
  readHeaders: readBedrockHeaders,
  readResponse: readLegacyChat,
  readChunk: readLegacyChatEvent,
  requestText: (args) => {
    const { message, preamble, chatHistory, documents, tools, toolResults } = bodyOf(args);
    return [message, preamble, chatHistory, documents, tools, toolResults];
  },
};

const generate: CallShape = {
  operation: 'text_completion',
  readRequest: readSampling,
  outputLimit: () => 'maxTokens',
  readHeaders: readBedrockHeaders,
  readResponse: readGeneration,
  readChunk: readGenerationEvent,
  requestText: (args) => bodyOf(args)['prompt'],
};

const embed: CallShape = {
  operation: 'embeddings',
  readRequest: readEmbedRequest,
  readHeaders: readBedrockHeaders,
  readResponse: readEmbeddings,
  requestText: (args) => bodyOf(args)['texts'] ?? bodyOf(args)['inputs'],
};

/** Billed by search units: a query with up to 100 documents is one. */
const rerank: CallShape = {
  operation: 'rerank',
  readRequest(record, args) {
    readFernOptions(record, args);
    record.scratch = asArray(bodyOf(args)['documents'])?.length;
  },
  readResponse: readReranking,
};

const classify: CallShape = {
  operation: 'classify',
  readRequest: readFernOptions,
  readResponse: readMetered,
};

const summarize: CallShape = {
  operation: 'text_completion',
  readRequest: readSampling,
  readResponse: readMetered,
  requestText: (args) => bodyOf(args)['text'],
};

type Shapes = Readonly<Record<string, CallShape>>;

/** What only the first API has. */
const OLDER: Shapes = { generate, generateStream: generate, classify, summarize };

/** Methods of the first API, by name. */
export const LEGACY: Shapes = { ...OLDER, chat: legacyChat, chatStream: legacyChat, embed, rerank };

/** Methods of the second API. */
export const CURRENT: Shapes = { chat, chatStream: chat, embed, rerank };

/** Methods of `CohereClientV2`: the second API, and of the first what the second lacks. */
export const BOTH: Shapes = { ...OLDER, ...CURRENT };
