import {
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../conventions/index.ts';
import type { CallRecord } from './call-record.ts';
import { asDictionary } from './read.ts';

/** Notes what of the request a budget could change. */
export function markChangeable({ call, shape }: CallRecord, args: readonly unknown[]): void {
  const body = asDictionary(args[0]);
  if (body === undefined || !isPlain(body)) return;
  call.canSendModel = typeof body['model'] === 'string' && body['model'] === call.requestModel;
  call.canLimitOutput = shape.outputLimit !== undefined;
}

/**
 * The arguments to call the SDK with instead of `args` where a budget changes the request. Applying
 * it twice changes nothing more.
 */
export function rewrittenArguments(
  record: CallRecord,
  args: readonly unknown[],
): readonly unknown[] {
  if (record.shape.rewrite !== undefined) return rewrittenByShape(record, args);
  const body = rewrittenBody(record, args[0]);
  return body === args[0] ? args : [body, ...args.slice(1)];
}

function rewrittenByShape(record: CallRecord, args: readonly unknown[]): readonly unknown[] {
  const { call, attributes, shape } = record;
  const { sendModel, sendMaxOutputTokens } = call;
  if (sendModel === undefined && sendMaxOutputTokens === undefined) return args;
  if (sendModel !== undefined) {
    call.requestModel = sendModel;
    attributes[ATTR_GEN_AI_REQUEST_MODEL] = sendModel;
  }
  if (sendMaxOutputTokens !== undefined) {
    call.maxOutputTokens = sendMaxOutputTokens;
    attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = sendMaxOutputTokens;
  }
  return shape.rewrite?.(args, sendModel, sendMaxOutputTokens) ?? args;
}

/**
 * The body to send instead of `body` where a budget chose another model or a lower limit of output;
 * `body` itself where it did not. The caller's object is left alone. The telemetry then names what
 * was sent.
 */
export function rewrittenBody(record: CallRecord, body: unknown): unknown {
  const { call, attributes, shape } = record;
  const { sendModel, sendMaxOutputTokens } = call;
  if (sendModel === undefined && sendMaxOutputTokens === undefined) return body;
  const fields = asDictionary(body);
  if (fields === undefined || !isPlain(fields)) return body;
  const sent: Record<string, unknown> = { ...fields };
  if (sendModel !== undefined && typeof fields['model'] === 'string') {
    sent['model'] = sendModel;
    call.requestModel = sendModel;
    attributes[ATTR_GEN_AI_REQUEST_MODEL] = sendModel;
  }
  const limit = shape.outputLimit?.(fields, call);
  if (sendMaxOutputTokens !== undefined && limit !== undefined) {
    sent[limit] = sendMaxOutputTokens;
    call.maxOutputTokens = sendMaxOutputTokens;
    attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = sendMaxOutputTokens;
  }
  return sent;
}

/** Forms with files in them are no plain objects and are left as they are. */
function isPlain(value: object): boolean {
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
