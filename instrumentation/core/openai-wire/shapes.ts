import { ATTR_GEN_AI_RESPONSE_ID } from '../../../conventions/index.ts';
import { asString } from '../../../providers/read.ts';
import type { CallShape } from '../call/shape.ts';
import {
  isOpenAiFlavour,
  readChatRequest,
  readCompletionRequest,
  readEmbeddingsRequest,
  readResponsesRequest,
} from './request.ts';
import { bodyOf } from '../call/request-parameters.ts';
import {
  readCompletion,
  readEmbeddings,
  readFetchedResponse,
  readResponseObject,
} from './response.ts';
import { readCompletionChunk, readFetchedEvent, readResponseEvent } from './stream.ts';
import { isOnlyOurs } from './ask-for-usage.ts';

export const chatCompletions: CallShape = {
  operation: 'chat',
  readRequest: readChatRequest,
  outputLimit(body, { provider }) {
    if ('max_tokens' in body) return 'max_tokens';
    // Other servers of this API may know the older name only.
    const isNew = isOpenAiFlavour(provider) || 'max_completion_tokens' in body;
    return isNew ? 'max_completion_tokens' : 'max_tokens';
  },
  readResponse: readCompletion,
  readChunk: readCompletionChunk,
  hides: isOnlyOurs,
  requestText: (args) => [bodyOf(args)['messages'], bodyOf(args)['tools']],
};

export const completions: CallShape = {
  ...chatCompletions,
  operation: 'text_completion',
  readRequest: readCompletionRequest,
  outputLimit: () => 'max_tokens',
  requestText: (args) => bodyOf(args)['prompt'],
};

export const responses: CallShape = {
  operation: 'chat',
  readRequest: readResponsesRequest,
  outputLimit: () => 'max_output_tokens',
  readResponse: readResponseObject,
  readChunk: readResponseEvent,
  requestText: (args) => [
    bodyOf(args)['input'],
    bodyOf(args)['instructions'],
    bodyOf(args)['tools'],
  ],
};

export const fetchResponse: CallShape = {
  operation: 'fetch_response',
  readRequest(record, args) {
    const id = asString(args[0]);
    if (id !== undefined) record.attributes[ATTR_GEN_AI_RESPONSE_ID] = id;
  },
  readResponse: readFetchedResponse,
  readChunk: readFetchedEvent,
};

export const embeddings: CallShape = {
  operation: 'embeddings',
  readRequest: readEmbeddingsRequest,
  readResponse: readEmbeddings,
  requestText: (args) => bodyOf(args)['input'],
};
