import { guarded } from '../core/guard.ts';
import { type Dictionary, asCount, asDictionary, asString } from '../../providers/read.ts';
import { observeIterable } from '../core/answer/record-iterable.ts';
import type { CallShape } from '../core/call/shape.ts';
import type { ToldCall } from '../core/frameworks/told-call.ts';
import { modelSettings } from './model-classes.ts';
import { shapeOf } from './shapes.ts';

/**
 * Records a call that only the channel tells of: its model is of no class that is watched. `message`
 * holds the options as `event` and the model's own result.
 */
export function tellCall(told: ToldCall, message: object, error: unknown): void {
  if (told.taken) return;
  const { type, event, result } = message as { type?: unknown; event?: unknown; result?: unknown };
  const options = asDictionary(event) ?? {};
  const model = { provider: options['provider'], modelId: options['modelId'] };
  const stream = asDictionary(result)?.['stream'];
  const shape = shapeOfEvent(type, model, options, stream !== undefined);
  told.tell(modelSettings, shape, model, [argumentsOf(options)], (record) => {
    if (error !== undefined) {
      record.failed(error);
      return;
    }
    record.accepted = true;
    if (stream instanceof ReadableStream) {
      record.streamStarted();
      guarded('watch-stream', () => observeIterable(stream, record), undefined);
    } else {
      record.responded(resultOf(type, result));
    }
  });
}

function shapeOfEvent(
  type: unknown,
  model: object,
  options: Dictionary,
  isStream: boolean,
): CallShape {
  const [method, asked] =
    type === 'languageModelCall'
      ? [isStream ? 'doStream' : 'doGenerate', { prompt: [] }]
      : type === 'rerank'
        ? ['doRerank', {}]
        : type === 'generateSpeech'
          ? ['doGenerate', { text: options['text'] ?? '' }]
          : type === 'transcribe'
            ? ['doGenerate', { audio: '' }]
            : ['doEmbed', {}];
  const shape = shapeOf(model, method, asked);
  if (shape === undefined) throw new TypeError(`no shape for ${method}`);
  return shape;
}

/** The event's fields under the names of the model's options. */
function argumentsOf(options: Dictionary): Dictionary {
  return { ...options, prompt: options['messages'], values: options['value'] ?? options['values'] };
}

/** A result of `embed` and the like has its response one level away from where models have it. */
function resultOf(type: unknown, result: unknown): unknown {
  const fields = asDictionary(result);
  if (type === 'languageModelCall' || fields === undefined) return result;
  const [response] = Array.isArray(fields['responses'])
    ? fields['responses']
    : [fields['response']];
  return {
    usage: fields['usage'],
    providerMetadata: fields['providerMetadata'],
    response: asDictionary(response),
    durationInSeconds: asCount(fields['durationInSeconds']),
    finishReason: asString(fields['finishReason']),
  };
}
