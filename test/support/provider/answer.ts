import { answerMessages } from './anthropic-messages.ts';
import { answerCountTokens } from './anthropic-prompt.ts';
import { asObject, asString, type JsonObject } from './json-shape.ts';
import { answerChat } from './openai-chat.ts';
import { answerCompletion } from './openai-completions.ts';
import {
  answerEmbeddings,
  answerImages,
  answerModeration,
  answerSpeech,
  answerTranscription,
  answerTranslation,
} from './openai-media.ts';
import { answerCancel, answerResponse, answerRetrieve } from './openai-responses.ts';
import type { ProviderRequest, Reply } from './reply.ts';
import type { ProviderState } from './state.ts';
import { textOf } from './tokens.ts';

interface Route {
  /** Tested against the path; its groups go to `answer`. */
  readonly path: RegExp;
  readonly method?: 'GET';
  answer(
    body: JsonObject,
    state: ProviderState,
    groups: JsonObject,
    request: ProviderRequest,
  ): Reply;
}

/** Paths by their end, so that any prefix works: `/v1`, `/openai/v1`, `/api/v1`, an Azure deployment. */
const ROUTES: readonly Route[] = [
  {
    path: /\/chat\/completions$/,
    answer: (body, state, _, request) => answerChat(body, state, isAzure(request)),
  },
  { path: /\/completions$/, answer: (body) => answerCompletion(body) },
  { path: /\/responses$/, answer: (body, state) => answerResponse(body, state) },
  {
    path: /\/responses\/(?<id>[^/]+)$/,
    method: 'GET',
    answer: (_, state, { id }, { query }) =>
      answerRetrieve(textOf(id), query.get('stream') === 'true', state),
  },
  {
    path: /\/responses\/(?<id>[^/]+)\/cancel$/,
    answer: (_, state, { id }) => answerCancel(textOf(id), state),
  },
  { path: /\/embeddings$/, answer: (body) => answerEmbeddings(body) },
  { path: /\/images\/generations$/, answer: (body) => answerImages(body, false) },
  { path: /\/images\/edits$/, answer: (body) => answerImages(body, true) },
  { path: /\/audio\/speech$/, answer: (body) => answerSpeech(body) },
  { path: /\/audio\/transcriptions$/, answer: (body) => answerTranscription(body) },
  { path: /\/audio\/translations$/, answer: (body) => answerTranslation(body) },
  { path: /\/moderations$/, answer: (body) => answerModeration(body) },
  { path: /\/messages\/count_tokens$/, answer: (body) => answerCountTokens(body) },
  {
    path: /\/messages$/,
    answer: (body, state) => answerMessages(body, state, 'anthropic', body['stream'] === true),
  },
  {
    path: /\/model\/(?<model>[^/]+)\/invoke(?<stream>-with-response-stream)?$/,
    answer: (body, state, { model, stream }) =>
      answerMessages({ ...body, model }, state, 'bedrock', stream !== undefined),
  },
  {
    path: /\/publishers\/anthropic\/models\/(?<model>[^/]+):(?<method>rawPredict|streamRawPredict)$/,
    answer: (body, state, { model, method }) =>
      model === 'count-tokens'
        ? answerCountTokens(body)
        : answerMessages({ ...body, model }, state, 'vertex', method === 'streamRawPredict'),
  },
];

const DEPLOYMENT = /\/openai\/deployments\/(?<deployment>[^/]+)\//;

function isAzure(request: ProviderRequest): boolean {
  return DEPLOYMENT.test(request.path) || request.headers['api-key'] !== undefined;
}

function openAiError(status: number, message: string, code: string | null): Reply {
  const error = { message, type: 'invalid_request_error', param: null, code };
  return { status, json: { error } };
}

/** Errors that the real services answer without looking at the conversation. */
function refuse(request: ProviderRequest, body: JsonObject): Reply | undefined {
  const { authorization, 'x-api-key': anthropicKey } = request.headers;
  if (anthropicKey === 'sk-invalid') {
    const error = { type: 'authentication_error', message: 'invalid x-api-key' };
    return { status: 401, json: { type: 'error', error } };
  }
  if (authorization === 'Bearer sk-invalid') {
    return openAiError(401, 'Incorrect API key provided: sk-invalid.', 'invalid_api_key');
  }
  if (!asString(body['model'])?.endsWith('does-not-exist')) return undefined;
  if (request.path.endsWith('/messages')) {
    const error = { type: 'not_found_error', message: `model: ${textOf(body['model'])}` };
    return { status: 404, json: { type: 'error', error } };
  }
  const message = `The model \`${textOf(body['model'])}\` does not exist or you do not have access.`;
  return openAiError(404, message, 'model_not_found');
}

/**
 * The answer of a provider that nobody scripted: realistic, worked out from the request alone, the
 * same for the same requests in the same order. The key `sk-invalid` and models whose name ends in
 * `does-not-exist` are refused.
 */
export function answerRealistically(request: ProviderRequest, state: ProviderState): Reply {
  const path = decodeURIComponent(request.path);
  const deployment = DEPLOYMENT.exec(path)?.groups?.['deployment'];
  const sent = asObject(request.body);
  const body = deployment === undefined ? sent : { ...sent, model: sent['model'] ?? deployment };
  const refusal = refuse(request, body);
  if (refusal !== undefined) return refusal;
  for (const route of ROUTES) {
    const match = request.method === (route.method ?? 'POST') ? route.path.exec(path) : null;
    if (match !== null) return route.answer(body, state, { ...match.groups }, request);
  }
  return openAiError(404, `Invalid URL (${request.method} ${request.path})`, null);
}
