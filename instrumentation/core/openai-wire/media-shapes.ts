import { ATTR_GEN_AI_OUTPUT_TYPE } from '../../../conventions/index.ts';
import type { CallRecord } from '../call/call-record.ts';
import { asArray, asCount, asDictionary } from '../../../providers/read.ts';
import { lengthOf } from '../sdk-values.ts';
import type { CallShape } from '../call/shape.ts';
import { bodyOf } from '../call/request-parameters.ts';
import { readPlainResponse } from './response.ts';
import { readMediaEvent } from './stream.ts';

export const images: CallShape = {
  operation: 'generate_content',
  readRequest(record, args) {
    record.attributes[ATTR_GEN_AI_OUTPUT_TYPE] = 'image';
    record.call.stream = bodyOf(args)['stream'] === true;
    record.call.choices = asCount(bodyOf(args)['n']);
  },
  readResponse(record, response) {
    readPlainResponse(record, response);
    markImageOutput(record);
    countImages(record, response);
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

/** Older models are billed by the image and tell of no tokens. */
function countImages({ call }: CallRecord, response: unknown): void {
  const made = asArray(asDictionary(response)?.['data'])?.length ?? 0;
  if (made > 0) call.usage = { ...call.usage, images: made };
}

export const speech: CallShape = {
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

export const transcriptions: CallShape = {
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

export const moderations: CallShape = {
  operation: 'moderation',
  readRequest: () => undefined,
  readResponse: readPlainResponse,
};
