import { asDictionary, type Dictionary } from '../../providers/read.ts';
import { convertMistralPages } from '../../providers/usage/mistral.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import { shapeOfAnswer } from '../core/openai-wire/batch-methods.ts';
import { readPlainResponse } from '../core/openai-wire/response.ts';

/** Billed by the page. */
export const ocr: CallShape = {
  operation: 'generate_content',
  readRequest(record, args) {
    const body = bodyOf(args);
    record.scratch = ['document_annotation_format', 'bbox_annotation_format'].some(
      (format) => asDictionary(body[format]) !== undefined,
    );
  },
  readResponse(record, response) {
    readPlainResponse(record, response);
    const pages = asDictionary(response)?.['usage_info'];
    record.call.usage ??= convertMistralPages(pages, record.scratch === true);
  },
};

/** How an answer of a batch is read, whichever endpoint it was asked of. */
export function shapeOfMistralAnswer(body: Dictionary): CallShape {
  return 'usage_info' in body ? ocr : shapeOfAnswer(body);
}
