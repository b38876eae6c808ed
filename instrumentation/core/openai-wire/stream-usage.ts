import type { Addition } from '../call/addition.ts';
import type { CallRecord } from '../call/call-record.ts';
import { type Dictionary, asDictionary, asString } from '../../../providers/read.ts';
import { canSendAgain } from '../stainless/refused-additions.ts';
import { bodyOf } from '../call/request-parameters.ts';
import { requestsStreamUsage } from '../settings.ts';
import { apiVersionOf, azureTakesStreamOptions } from './azure-version.ts';
import { isUnwelcomeAt, noteUnwelcomeAt } from './unwelcome-usage.ts';

/** What asking puts on the chunks of a stream beside the extra one at its end. */
type Trace = 'usage: null' | 'running usage' | 'nothing';

/**
 * Providers known to take `stream_options.include_usage` and to tell no usage without it. Others
 * refuse it (Mistral, Together), or send the usage by themselves: DeepSeek, Fireworks, Cerebras and
 * Together on the last chunk, OpenRouter and Perplexity always, Groq as `x_groq`, Moonshot inside of
 * the last choice, where asking would move it from.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat_create-stream_options
 * @see https://openrouter.ai/docs/use-cases/usage-accounting
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @see https://docs.fireworks.ai/tools-sdks/openai-compatibility
 */
const ASKED: ReadonlyMap<string, Trace> = new Map([
  ['openai', 'usage: null'],
  ['azure.ai.openai', 'usage: null'],
  ['gcp.gemini', 'running usage'],
  ['vercel', 'nothing'],
  ['x_ai', 'nothing'],
]);

/** Providers behind whose host stand others, which may differ in what they take. */
const ROUTES_BY_MODEL: ReadonlySet<string> = new Set(['azure.ai.openai', 'vercel']);

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
  if (!takesRequestForUsage(record, body, client, apiVersion)) return args;
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

function takesRequestForUsage(
  { call, isKnownHost }: CallRecord,
  body: Dictionary,
  client: unknown,
  apiVersion: string | undefined,
): boolean {
  const { provider } = call;
  // An unknown host is called `openai` for its flavour only.
  if (!ASKED.has(provider) || (!isKnownHost && provider === 'openai')) return false;
  if (provider !== 'azure.ai.openai') return true;
  // Azure's answers from data of one's own are of another make and refuse it in any version.
  if ('data_sources' in body || 'dataSources' in body) return false;
  return azureTakesStreamOptions(baseURLOf(client), apiVersion);
}

/** Where a refusal holds: the server, what stands before the method's path, version and model. */
function placeOf(
  { call }: CallRecord,
  body: Dictionary,
  client: unknown,
  apiVersion: string | undefined,
): string {
  const model = asString(asDictionary(client)?.['deploymentName']) ?? asString(body['model']);
  const details = [apiVersion, ROUTES_BY_MODEL.has(call.provider) ? model : undefined];
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
  const trace = ASKED.get(call.provider);
  if (trace === 'running usage' || (trace === 'usage: null' && chunk.usage === null)) {
    delete (chunk as { usage?: unknown }).usage;
  }
  return false;
}
