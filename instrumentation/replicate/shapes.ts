import type { CallRecord } from '../core/call/call-record.ts';
import { bodyOf } from '../core/call/request-parameters.ts';
import type { CallShape } from '../core/call/shape.ts';
import { jobStarted } from '../core/job/jobs.ts';
import { lengthOf } from '../core/sdk-values.ts';
import { asDictionary, asString } from '../../providers/read.ts';
import { convertReplicateMetrics } from '../../providers/usage/replicate.ts';

export const PROVIDER = 'replicate';

const FINAL: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'canceled', 'aborted']);

export function isFinal(prediction: unknown): boolean {
  return FINAL.has(asDictionary(prediction)?.['status']);
}

/** What the end of a prediction tells. */
export function readFinal(record: CallRecord, prediction: unknown): void {
  const body = asDictionary(prediction);
  const { call } = record;
  call.responseModel ??= asString(body?.['model']);
  call.usage = convertReplicateMetrics(body?.['metrics']);
  if (body?.['status'] === 'failed') {
    call.outcome = 'error';
    call.errorType = '_OTHER';
  } else if (body?.['status'] === 'canceled' || body?.['status'] === 'aborted') {
    call.outcome = 'aborted';
  }
}

/** The model of a version `owner/name:id`; an id alone does not tell it. */
function modelOfVersion(version: unknown): string | undefined {
  const [name = ''] = (asString(version) ?? '').split(':');
  return name.includes('/') ? name : undefined;
}

/** Asking for one prediction of `model`, or for a training. */
export const prediction: CallShape = {
  operation: 'generate_content',
  requestedModel: (args) => modelOfVersion(bodyOf(args)['version']),
  readRequest(record) {
    record.requests = 0;
  },
  sentFields: (args) => bodyOf(args)['input'],
  readResponse(record, response) {
    const body = asDictionary(response);
    const id = asString(body?.['id']);
    record.call.responseId = id;
    record.call.responseModel = asString(body?.['model']);
    if (isFinal(body) || id === undefined) readFinal(record, body);
    else jobStarted(record, id);
  },
};

/** One whose output comes as a stream, which ends without any measure of it. */
export const streamedPrediction: CallShape = {
  ...prediction,
  readChunk(record, event) {
    const body = asDictionary(event);
    if (body?.['event'] === 'output') record.outputCharacters += lengthOf(body['data']);
  },
  requestText: (args) => bodyOf(args)['input'],
};
