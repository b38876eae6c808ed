import {
  ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
} from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import { chatCompletions, completions, embeddings } from '../core/openai-wire/shapes.ts';
import { asArray, asCount, asDictionary, asString } from '../../providers/read.ts';
import { lengthOf } from '../core/sdk-values.ts';
import type { CallShape } from '../core/call/shape.ts';

/** Text generation in the API of Hugging Face's own servers. */
const textGeneration: CallShape = {
  operation: 'text_completion',
  requestedModel: () => undefined,
  readRequest(record, args) {
    record.call.stream = bodyOf(args)['stream'] === true;
    const limit = asCount(asDictionary(bodyOf(args)['parameters'])?.['max_new_tokens']);
    if (limit === undefined) return;
    record.call.maxOutputTokens = limit;
    record.attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = limit;
  },
  outputLimit: () => 'parameters.max_new_tokens',
  readResponse(record, response) {
    // An endpoint of one's own, and a version that does not tell the task.
    if (vectorOf(response) !== undefined) {
      record.call.operation = 'embeddings';
      record.attributes[ATTR_GEN_AI_OPERATION_NAME] = 'embeddings';
      featureExtraction.readResponse(record, response);
      return;
    }
    for (const item of asArray(response) ?? [response]) readGenerated(record, item);
  },
  readChunk: readGenerated,
  requestText: (args) => bodyOf(args)['inputs'],
};

/** A whole answer, or one token of a stream; details come last and only when asked for. */
function readGenerated(record: CallRecord, value: unknown): void {
  const body = asDictionary(value);
  if (body === undefined) return;
  const token = asDictionary(body['token']);
  record.outputCharacters += lengthOf(token?.['text'] ?? body['generated_text']);
  const details = asDictionary(body['details']);
  if (details === undefined) return;
  record.finished = true;
  const reason = asString(details['finish_reason']);
  if (reason !== undefined) record.call.finishReasons = [reason];
  const output = asCount(details['generated_tokens']);
  const input = asCount(details['input_length']) ?? asArray(details['prefill'])?.length;
  if (output !== undefined) record.call.usage = { input: input === 0 ? undefined : input, output };
}

/** Vectors and nothing else. */
const featureExtraction: CallShape = {
  operation: 'embeddings',
  requestedModel: () => undefined,
  readRequest: () => undefined,
  readResponse(record, response) {
    const vector = vectorOf(response);
    if (vector !== undefined) {
      record.attributes[ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT] = vector.length;
    }
  },
  requestText: (args) => bodyOf(args)['inputs'],
};

/** The first of some vectors, or the only one. */
function vectorOf(response: unknown): readonly unknown[] | undefined {
  const vectors = asArray(response);
  const first = asArray(vectors?.[0]) ?? vectors;
  return typeof first?.[0] === 'number' ? first : undefined;
}

/** Pictures, sound and the many small tasks: seen, and without a price. */
const otherTask: CallShape = {
  operation: 'generate_content',
  readRequest: () => undefined,
  readResponse: () => undefined,
};

/** What one request is. */
export interface Route {
  readonly shape: CallShape;
  /** The provider behind the router, once it is known. */
  served: string | undefined;
}

const ROUTER = 'https://router.huggingface.co/';

/** What is sent to `url`; `undefined` for what is no task of a model. */
export function routeOf(url: string, task: unknown, body: unknown): Route | undefined {
  const { pathname } = new URL(url);
  const [first = ''] = url.startsWith(ROUTER) ? url.slice(ROUTER.length).split('/') : [];
  const served = first === '' || first === 'v1' ? undefined : first;
  const base = baseShape(pathname, task, body);
  if (base === undefined) return undefined;
  const model = MODEL_PATHS.map((pattern) => pattern.exec(pathname)?.[1]).find(Boolean);
  const route: Route = { shape: base, served };
  return Object.assign(route, { shape: shapeFor(route, base, model) });
}

const VECTOR_TASKS: ReadonlySet<unknown> = new Set(['feature-extraction', 'sentence-similarity']);
const VECTOR_PATH = /\/pipeline\/(?:feature-extraction|sentence-similarity)(?:\/|$)/;
/** Of newer versions, and of older ones where the task has to be told. */
const MODEL_PATHS = [/\/models\/(.+?)(?:\/pipeline\/[^/]+)?$/, /\/pipeline\/[^/]+\/(.+)$/];

function baseShape(path: string, task: unknown, body: unknown): CallShape | undefined {
  if (path.endsWith('/chat/completions')) return chatCompletions;
  if (path.endsWith('/completions')) return completions;
  if (path.endsWith('/embeddings')) return embeddings;
  if (VECTOR_TASKS.has(task) || VECTOR_PATH.test(path)) return featureExtraction;
  const isText = task === 'text-generation' || (task === undefined && 'inputs' in Object(body));
  if (isText) return textGeneration;
  return typeof task === 'string' || path.includes('/models/') ? otherTask : undefined;
}

/** The shape with the model of the path, and with the provider that the price depends on. */
function shapeFor(route: Route, base: CallShape, model: string | undefined): CallShape {
  const { readResponse, readChunk } = base;
  return {
    ...base,
    ...(model !== undefined && { requestedModel: () => decodeURIComponent(model) }),
    readResponse(record, response) {
      readResponse(record, response);
      nameServed(record, route);
    },
    readChunk(record, chunk) {
      readChunk?.(record, chunk);
      nameServed(record, route);
    },
  };
}

/** Writes `model:provider`, the router's own way to name both; prices differ by provider. */
function nameServed({ call }: CallRecord, { served }: Route): void {
  const model = call.responseModel;
  if (served === undefined || model === undefined || model.endsWith(`:${served}`)) return;
  if (call.provider === 'huggingface') call.responseModel = `${model}:${served}`;
}
