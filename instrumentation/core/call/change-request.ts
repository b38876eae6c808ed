import {
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_MODEL,
} from '../../../conventions/index.ts';
import type { CallRecord } from './call-record.ts';
import { type Dictionary, asDictionary } from '../../../providers/read.ts';
import type { CallShape } from './shape.ts';

/** Notes what of the request a budget could change. */
export function markChangeable(
  record: CallRecord,
  args: readonly unknown[],
  client: unknown,
): void {
  const { call, shape } = record;
  const body = asDictionary(args[0]);
  if (body !== undefined && isPlain(body)) {
    call.canSendModel = typeof body['model'] === 'string' && body['model'] === call.requestModel;
    const limit = shape.outputLimit?.(body, call);
    call.canLimitOutput = limit !== undefined && hasRoomFor(body, limit);
  }
  shape.markChangeable?.(record, args, client);
}

/**
 * The arguments to call the SDK with instead of `args` where a budget changes the request. Applying
 * it twice changes nothing more.
 */
export function rewrittenArguments(
  record: CallRecord,
  args: readonly unknown[],
): readonly unknown[] {
  if (record.shape.rewrite !== undefined)
    return rewrittenByShape(record, args, record.shape.rewrite);
  const body = rewrittenBody(record, args[0]);
  return body === args[0] ? args : [body, ...args.slice(1)];
}

function rewrittenByShape(
  record: CallRecord,
  args: readonly unknown[],
  rewrite: NonNullable<CallShape['rewrite']>,
): readonly unknown[] {
  const { call, attributes } = record;
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
  return rewrite(args, sendModel, sendMaxOutputTokens);
}

/**
 * The object to call the method on instead of `target`, where a budget changes what that object
 * holds and not the arguments. It shows the changed fields and is otherwise `target` itself.
 */
export function rewrittenTarget({ call, shape }: CallRecord, target: unknown): unknown {
  const { sendModel, sendMaxOutputTokens } = call;
  if (sendModel === undefined && sendMaxOutputTokens === undefined) return target;
  const changes = shape.rewriteTarget?.(target, sendModel, sendMaxOutputTokens);
  if (changes === undefined || typeof target !== 'object' || target === null) return target;
  return new Proxy(target, {
    get: (own, name) =>
      Object.hasOwn(changes, name) ? Reflect.get(changes, name) : Reflect.get(own, name),
    // Without it what the method keeps for the next call would stay on the proxy.
    set: (own, name, value) => Reflect.set(own, name, value),
  });
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
  let sent: Record<string, unknown> = { ...fields };
  if (sendModel !== undefined && typeof fields['model'] === 'string') {
    sent['model'] = sendModel;
    call.requestModel = sendModel;
    attributes[ATTR_GEN_AI_REQUEST_MODEL] = sendModel;
  }
  const limit = shape.outputLimit?.(fields, call);
  if (sendMaxOutputTokens !== undefined && limit !== undefined && hasRoomFor(fields, limit)) {
    sent = withField(sent, limit, sendMaxOutputTokens);
    call.maxOutputTokens = sendMaxOutputTokens;
    attributes[ATTR_GEN_AI_REQUEST_MAX_TOKENS] = sendMaxOutputTokens;
  }
  return sent;
}

/** Whether a field such as `max_tokens` or `options.num_predict` can be set in a copy of `fields`. */
function hasRoomFor(fields: Dictionary, path: string): boolean {
  const dot = path.indexOf('.');
  if (dot === -1) return true;
  const inner = fields[path.slice(0, dot)] ?? {};
  return typeof inner === 'object' && isPlain(inner);
}

function withField(fields: Dictionary, path: string, value: number): Record<string, unknown> {
  const dot = path.indexOf('.');
  if (dot === -1) return { ...fields, [path]: value };
  const outer = path.slice(0, dot);
  return {
    ...fields,
    [outer]: { ...asDictionary(fields[outer]), [path.slice(dot + 1)]: value },
  };
}

/** Forms with files in them are no plain objects and are left as they are. */
function isPlain(value: object): boolean {
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
