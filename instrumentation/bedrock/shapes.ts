import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import { completed, convertHeaders } from '../../providers/usage/bedrock.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asArray, asDictionary, asString } from '../../providers/read.ts';
import { createBatch, readCreatedBatch } from '../core/batch/create-batch.ts';
import type { CallShape } from '../core/call/shape.ts';
import { readModelBody } from './bodies.ts';
import { parseBody, readConverseRequest, readInvokeRequest, requestOf } from './request.ts';
import { readConverseBody, readConverseEvent } from './response.ts';
import { markConverse, markInvoke, rewriteConverse, rewriteInvoke } from './rewrite.ts';

/** What the middleware stack hands out: the SDK's output and the response it was made from. */
function outputOf(result: unknown): Dictionary {
  return asDictionary(asDictionary(result)?.['output']) ?? {};
}

function modelOf(args: readonly unknown[]): string | undefined {
  return asString(requestOf(args).input['modelId']);
}

const converse: CallShape = {
  operation: 'chat',
  requestedModel: modelOf,
  readRequest: readConverseRequest,
  readResponse: (record, result) => readConverseBody(record, outputOf(result)),
  markChangeable: markConverse,
  rewrite: rewriteConverse,
  sentFields: (args) => requestOf(args).input,
  requestText: (args) => {
    const { messages, system, toolConfig } = requestOf(args).input;
    return [messages, system, toolConfig];
  },
};

const converseStream: CallShape = {
  ...converse,
  readRequest(record, args) {
    record.call.stream = true;
    readConverseRequest(record, args);
  },
  readChunk: readConverseEvent,
  streamOf: (result) => outputOf(result)['stream'],
};

/** The body, and the counts of the headers where it leaves them out. */
function readInvokeResponse(record: CallRecord, result: unknown): void {
  const output = outputOf(result);
  const body = parseBody(output['body']);
  if (body !== undefined) readModelBody(record, body);
  readServedTier(record, output);
  const response = asDictionary(asDictionary(result)?.['response']);
  const headers = asDictionary(response?.['headers']);
  const { call } = record;
  call.usage = completed(
    call.usage,
    convertHeaders((name) => asString(headers?.[name])),
  );
  if (call.operation === 'embeddings' && call.usage !== undefined) delete call.usage.output;
}

function readServedTier({ call }: CallRecord, output: Dictionary): void {
  call.servedTier = asString(output['serviceTier']) ?? call.servedTier;
}

const invoke: CallShape = {
  operation: 'chat',
  requestedModel: modelOf,
  readRequest: readInvokeRequest,
  readResponse: readInvokeResponse,
  markChangeable: markInvoke,
  rewrite: rewriteInvoke,
  sentFields: (args) => requestOf(args).body,
  requestText: (args) => requestOf(args).body,
};

const invokeStream: CallShape = {
  ...invoke,
  readRequest(record, args) {
    record.call.stream = true;
    readInvokeRequest(record, args);
  },
  readChunk(record, event) {
    const body = parseBody(asDictionary(asDictionary(event)?.['chunk'])?.['bytes']);
    if (body !== undefined) readModelBody(record, body);
  },
  streamOf: (result) => outputOf(result)['body'],
};

/** What writes no text has no limit, and its vectors and scores are its model's own. */
const NOTHING_TO_EASE = { markChangeable: () => undefined } as const;

const embeddings: CallShape = { ...invoke, ...NOTHING_TO_EASE, operation: 'embeddings' };

const images: CallShape = {
  ...invoke,
  ...NOTHING_TO_EASE,
  operation: 'generate_content',
  readRequest(record, args) {
    requestOf(args).recordedBy(record);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'image';
  },
  // Pictures are long, and count nothing.
  readResponse: () => undefined,
};

const reranking: CallShape = {
  ...invoke,
  ...NOTHING_TO_EASE,
  operation: 'rerank',
  readRequest(record, args) {
    readInvokeRequest(record, args);
    record.scratch = asArray(requestOf(args).body?.['documents'])?.length;
  },
};

/** A batch, whose requests and answers lie in S3. */
const createJob: CallShape = {
  ...createBatch,
  requestedModel: modelOf,
  readRequest(record, args) {
    requestOf(args).recordedBy(record);
  },
  readResponse(record, result) {
    readCreatedBatch(record, { id: outputOf(result)['jobArn'] });
  },
  markChangeable: () => undefined,
};

/** Every shape of this SDK. */
export const bedrockShapes: readonly CallShape[] = [
  converse,
  converseStream,
  invoke,
  invokeStream,
  embeddings,
  images,
  reranking,
  createJob,
];

/**
 * The shape of a command, told by its name and by the model it asks; `undefined` for commands that
 * reach no model or cost nothing.
 */
export function shapeOf(commandName: string, input: Dictionary): CallShape | undefined {
  switch (commandName) {
    case 'ConverseCommand':
      return converse;
    case 'ConverseStreamCommand':
      return converseStream;
    case 'InvokeModelCommand':
      return invokeShapeOf(asString(input['modelId']) ?? '');
    case 'InvokeModelWithResponseStreamCommand':
      return invokeStream;
    case 'CreateModelInvocationJobCommand':
      return createJob;
    default:
      return undefined;
  }
}

function invokeShapeOf(modelId: string): CallShape {
  if (/embed/.test(modelId)) return embeddings;
  if (/rerank/.test(modelId)) return reranking;
  return /^(?:\w+\.)?stability\.|image-generator|nova-canvas/.test(modelId) ? images : invoke;
}
