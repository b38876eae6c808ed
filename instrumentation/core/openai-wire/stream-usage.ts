import type { CallRecord } from '../call-record.ts';
import { asDictionary } from '../read.ts';
import { requestsStreamUsage } from '../settings.ts';
import { bodyOf } from '../request-parameters.ts';

/** Providers known to take `stream_options.include_usage`; others may refuse the request. */
const TAKES_STREAM_USAGE: ReadonlySet<string> = new Set([
  'openai',
  'azure.ai.openai',
  'deepseek',
  'groq',
  'x_ai',
  'openrouter',
  'together',
  'fireworks',
  'cerebras',
  'moonshot_ai',
  'mistral_ai',
  'gcp.gemini',
  'vercel',
]);

/**
 * Asks for the usage of a stream that the caller did not ask for, where the host is known to give
 * it. What the caller says about `include_usage` is never overruled.
 * @see https://platform.openai.com/docs/api-reference/chat/create#chat_create-stream_options
 */
export function askForStreamUsage(
  record: CallRecord,
  args: readonly unknown[],
): readonly unknown[] {
  const body = bodyOf(args);
  if (body['stream'] !== true || !requestsStreamUsage()) return args;
  const { provider } = record.call;
  // An unknown host is called `openai` for its flavour only.
  const known = TAKES_STREAM_USAGE.has(provider) && (record.isKnownHost || provider !== 'openai');
  const options = asDictionary(body['stream_options']);
  if (!known || (options !== undefined && 'include_usage' in options)) return args;
  record.usageRequested = true;
  const sent: Record<string, unknown> = {
    ...body,
    stream_options: { ...options, include_usage: true },
  };
  // From a raw body that the application reads itself, no chunk can be hidden.
  record.withdraw = () => {
    record.usageRequested = false;
    if ('stream_options' in body) sent['stream_options'] = body['stream_options'];
    else delete sent['stream_options'];
  };
  return [sent, ...args.slice(1)];
}
