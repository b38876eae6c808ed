import type { Addition } from '../call/addition.ts';
import type { CallRecord } from '../call/call-record.ts';
import { type Dictionary, asDictionary, asString } from '../../../providers/read.ts';
import { canSendAgain } from '../stainless/refused-additions.ts';
import { bodyOf } from '../call/request-parameters.ts';
import { requestsStreamUsage } from '../settings.ts';
import { streamUsageOf, takesStreamUsage } from '../../../providers/stream-usage.ts';
import { apiVersionOf } from './api-version.ts';
import { isUnwelcomeAt, noteUnwelcomeAt } from './unwelcome-usage.ts';

/**
 * Asks for the usage of a stream that the caller did not ask for, where the host is known to give
 * it and only then. What the caller says about `include_usage` is never overruled.
 */
export function askForStreamUsage(
  record: CallRecord,
  args: readonly unknown[],
  client: unknown,
): readonly unknown[] {
  const body = bodyOf(args);
  if (body['stream'] !== true || !requestsStreamUsage() || !canSendAgain(client)) return args;
  const options = asDictionary(body['stream_options']);
  if (options !== undefined && 'include_usage' in options) return args;
  const apiVersion = apiVersionOf(client, args[1]);
  const { provider } = record.call;
  const { isKnownHost } = record;
  if (!takesStreamUsage({ provider, isKnownHost, baseURL: baseURLOf(client), apiVersion, body })) {
    return args;
  }
  const place = placeOf(record, body, client, apiVersion);
  if (isUnwelcomeAt(place)) return args;

  const sent: Record<string, unknown> = {
    ...body,
    stream_options: { ...options, include_usage: true },
  };
  record.usageRequested = true;
  record.addition = additionTo(sent, body, record, place);
  return [sent, ...args.slice(1)];
}

/** Where a refusal holds: the server, what stands before the method's path, version and model. */
function placeOf(
  { call }: CallRecord,
  body: Dictionary,
  client: unknown,
  apiVersion: string | undefined,
): string {
  const model = asString(asDictionary(client)?.['deploymentName']) ?? asString(body['model']);
  const details = [
    apiVersion,
    streamUsageOf(call.provider)?.routesByModel === true ? model : undefined,
  ];
  return [baseURLOf(client), ...details.filter((detail) => detail !== undefined)].join(' ');
}

function baseURLOf(client: unknown): string {
  return asString(asDictionary(client)?.['baseURL']) ?? '';
}

function additionTo(
  sent: Record<string, unknown>,
  original: Dictionary,
  record: CallRecord,
  place: string,
): Addition {
  return {
    takeBack(body = sent) {
      record.usageRequested = false;
      const fields = asDictionary(body);
      if (fields === undefined) return false;
      return 'stream_options' in original
        ? Reflect.set(fields, 'stream_options', original['stream_options'])
        : Reflect.deleteProperty(fields, 'stream_options');
    },
    isNamedIn: (text) => /stream[_ ]?options|include[_ ]?usage/i.test(text),
    isUnwelcome: () => noteUnwelcomeAt(place),
  };
}

/**
 * Whether `chunk` is there only because we asked. From the others goes what asking put on them;
 * what a host sends of its own stays.
 */
export function isOnlyOurs({ call }: CallRecord, chunk: unknown): boolean {
  if (typeof chunk !== 'object' || chunk === null || !('usage' in chunk)) return false;
  const choices: unknown = Reflect.get(chunk, 'choices');
  const isExtra = chunk.usage !== null && Array.isArray(choices) && choices.length === 0;
  if (isExtra) return true;
  const chunksHave = streamUsageOf(call.provider)?.chunksHave;
  if (chunksHave === 'running usage' || (chunksHave === 'usage: null' && chunk.usage === null)) {
    delete (chunk as { usage?: unknown }).usage;
  }
  return false;
}
