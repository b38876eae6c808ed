import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../conventions/index.ts';
import type { CallRecord } from '../core/call/call-record.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { asSignal, lengthOf } from '../core/sdk-values.ts';
import type { CallShape } from '../core/call/shape.ts';
import { ModelCall, modelCallOf } from './model-call.ts';
import { readModelRequest } from './request.ts';
import { readPart, readResult } from './response.ts';

function providerOf(record: CallRecord): string {
  return modelCallOf(record)?.provider ?? '';
}

function optionsOf(args: readonly unknown[]): Dictionary {
  return asDictionary(args[0]) ?? {};
}

const withPrivateFields = new WeakMap<object, boolean>();

/**
 * Whether a model can be asked under another id: private fields are not to be had through an object
 * that is made from the model.
 */
export function canAskAs(model: unknown): boolean {
  const maker = asDictionary(model)?.['constructor'];
  if (typeof maker !== 'function') return false;
  let hasPrivate = withPrivateFields.get(maker);
  if (hasPrivate === undefined) {
    hasPrivate = /this\.#\w|PrivateField/u.test(String(maker));
    withPrivateFields.set(maker, hasPrivate);
  }
  return !hasPrivate;
}

type ShapeOf = (model: unknown) => CallShape;

function shape(operation: string, more: (model: unknown) => Partial<CallShape>): ShapeOf {
  return (model) => ({
    operation,
    requestedModel: () => asString(asDictionary(model)?.['modelId']),
    readRequest(record) {
      record.scratch = new ModelCall(model);
    },
    markChangeable({ call }) {
      call.canSendModel = call.requestModel !== undefined && canAskAs(model);
    },
    readResponse(record, result) {
      readResult(record, result, providerOf(record));
    },
    ...more(model),
  });
}

function languageModel(stream: boolean): ShapeOf {
  return (model) => {
    const provider = new ModelCall(model).provider;
    const isCompletion = provider.endsWith('.completion');
    const apiType = provider.endsWith('.responses') ? 'responses' : 'chat_completions';
    return {
      ...shape(isCompletion ? 'text_completion' : 'chat', () => ({}))(model),
      readRequest(record, args) {
        record.scratch = new ModelCall(model);
        record.call.stream = stream;
        record.signal = asSignal(optionsOf(args)['abortSignal']);
        countRetry(record, model, optionsOf(args)['prompt']);
        readModelRequest(record, optionsOf(args), isCompletion ? '' : apiType);
      },
      readChunk(record, part) {
        readPart(record, part, provider);
      },
      streamOf: (result) => (stream ? asDictionary(result)?.['stream'] : result),
      requestText: (args) => [optionsOf(args)['prompt'], optionsOf(args)['tools']],
      sentFields: (args) => ({
        messages: optionsOf(args)['prompt'],
        tools: optionsOf(args)['tools'],
        ...asDictionary(optionsOf(args)['providerOptions']),
      }),
      outputLimit: (body) => ('mode' in body ? 'maxTokens' : 'maxOutputTokens'),
    };
  };
}

/** The last call with each prompt, while the application or the SDK still holds that prompt. */
const lastWith = new WeakMap<object, CallRecord>();

/**
 * The SDK's retry loop is around the model: it calls again with the very same prompt object. Each
 * attempt is a call of its own, and those after the first count one retry each.
 */
function countRetry(record: CallRecord, model: unknown, prompt: unknown): void {
  if (typeof prompt !== 'object' || prompt === null) return;
  const previous = lastWith.get(prompt);
  lastWith.set(prompt, record);
  const failed = previous?.call.outcome === 'error' && previous.ended;
  if (failed && modelCallOf(previous)?.model === model) record.call.retries = 1;
}

const embeddings = shape('embeddings', () => ({
  requestText: (args) => optionsOf(args)['values'],
}));

const reranking = shape('rerank', () => ({}));

const images = shape('generate_content', (model) => ({
  readRequest(record) {
    record.scratch = new ModelCall(model);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'image';
  },
  readResponse(record, result) {
    readResult(record, result, providerOf(record));
    const { usage } = record.call;
    // Image models bill what they draw by image tokens, also where the usage does not say so.
    if (usage?.output !== undefined) usage.outputImage ??= usage.output;
  },
}));

const speech = shape('generate_content', (model) => ({
  readRequest(record, args) {
    const call = new ModelCall(model);
    call.characters = lengthOf(optionsOf(args)['text']);
    record.scratch = call;
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'speech';
  },
  readResponse(record, result) {
    readResult(record, result, providerOf(record));
    // Billed by the character where the model has no token rates.
    const characters = modelCallOf(record)?.characters ?? 0;
    if (characters > 0) record.call.usage ??= { inputCharacters: characters };
  },
}));

const transcriptions = shape('generate_content', (model) => ({
  readRequest(record) {
    record.scratch = new ModelCall(model);
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'text';
  },
  readResponse(record, result) {
    readResult(record, result, providerOf(record));
    const seconds = asCount(asDictionary(result)?.['durationInSeconds']);
    if (seconds !== undefined && seconds > 0) {
      record.call.usage ??= { inputAudioSeconds: seconds };
    }
  },
}));

const whole = languageModel(false);
const streamed = languageModel(true);

/**
 * What a call of `model[method](options)` says; `undefined` for what is not known. Models for text,
 * images, speech and transcription have methods of the same names, so the options tell them apart.
 */
export function shapeOf(model: object, method: string, options: unknown): CallShape | undefined {
  const fields = asDictionary(options);
  if (method === 'doEmbed') return embeddings(model);
  if (method === 'doRerank') return reranking(model);
  if (Array.isArray(fields?.['prompt'])) return (method === 'doStream' ? streamed : whole)(model);
  if (method !== 'doGenerate') return undefined;
  if (fields?.['audio'] !== undefined) return transcriptions(model);
  return (fields?.['text'] === undefined ? images : speech)(model);
}
