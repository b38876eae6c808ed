import type { CallRecord } from '../core/call/call-record.ts';
import { dig } from '../core/patch.ts';
import { moderations, speech, transcriptions } from '../core/openai-wire/media-shapes.ts';
import { createBatch } from '../core/batch/create-batch.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { chatCompletions, completions, embeddings } from '../core/openai-wire/shapes.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { SpeakeasySdk } from '../core/speakeasy/speakeasy-sdk.ts';
import { ocr } from './answers.ts';
import { watchBatchAnswer } from './batches.ts';
import { conversation } from './conversations-api.ts';
import { readFillInRequest, readMistralChat } from './request.ts';
import { packages } from './metadata.ts';

const chat: CallShape = { ...chatCompletions, readRequest: readMistralChat };

/** Code between a prompt and what follows it. */
const fillIn: CallShape = {
  ...completions,
  readRequest: readFillInRequest,
  requestText: (args) => [bodyOf(args)['prompt'], bodyOf(args)['suffix']],
};

const SHAPES: readonly (readonly [RegExp, CallShape])[] = [
  [/^\/v1\/(?:chat|agents)\/completions$/, chat],
  [/^\/v1\/fim\/completions$/, fillIn],
  [/^\/v1\/embeddings$/, embeddings],
  [/^\/v1\/(?:chat\/)?(?:moderations|classifications)$/, moderations],
  [/^\/v1\/ocr$/, ocr],
  [/^\/v1\/audio\/transcriptions$/, transcriptions],
  [/^\/v1\/audio\/speech$/, speech],
  [/^\/v1\/batch\/jobs$/, createBatch],
  [/^\/v1\/conversations(?:\/[^/]+(?:\/restart)?)?$/, conversation],
];

/** The requests of `@mistralai/mistralai` that reach a model. */
export const mistralSdk: SpeakeasySdk = {
  packageName: packages[0].packageName,
  clientExports: ['Mistral'],
  isOwn: (client) => 'fim' in client && 'embeddings' in client,
  provider: 'mistral_ai',
  shapeOf: (path) => SHAPES.find(([pattern]) => pattern.test(path))?.[1],
  watchAnswer: watchBatchAnswer,
};

export const mistralShapes: readonly CallShape[] = SHAPES.map(([, shape]) => shape);

/** Mistral's models on Azure, by Mistral's own client. */
export const mistralAzureSdk: SpeakeasySdk = {
  packageName: packages[1].packageName,
  clientExports: ['MistralAzure'],
  isOwn: (client) => typeof dig(client, ['_options', 'endpoint']) === 'string' && 'chat' in client,
  provider: 'azure.ai.inference',
  shapeOf: (path) =>
    path.endsWith('/chat/completions') ? chat : path.endsWith('/ocr') ? ocr : undefined,
};

export const mistralAzureShapes: readonly CallShape[] = [chat, ocr];

/**
 * The SDK puts the model into the URL, so another one cannot be sent; of models with a date it also
 * changes the body on its way, so that nothing in there can be replaced.
 */
function markVertexRequest({ call }: CallRecord): void {
  call.canSendModel = false;
  if (/-24\d\d$/.test(call.requestModel ?? '')) call.canLimitOutput = false;
}

const vertexChat: CallShape = { ...chat, markChangeable: markVertexRequest };
const vertexFillIn: CallShape = { ...fillIn, markChangeable: markVertexRequest };

/** Mistral's models on Vertex AI, by Mistral's own client. */
export const mistralGcpSdk: SpeakeasySdk = {
  packageName: packages[2].packageName,
  clientExports: ['MistralGCP', 'MistralGoogleCloud'],
  isOwn: (client) => 'fim' in client && !('embeddings' in client),
  provider: 'gcp.vertex_ai',
  shapeOf(path, operation) {
    if (!/\/(?:raw|streamRaw)Predict$/.test(path)) return undefined;
    return operation === 'fim' ? vertexFillIn : vertexChat;
  },
};

export const mistralGcpShapes: readonly CallShape[] = [vertexChat, vertexFillIn];
