import { type TokenUsage, tokensOf } from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary } from '../read.ts';

/**
 * Turns a usage in Bedrock's own words into disjoint classes: `inputTokens` leaves cached tokens
 * out. Converse, Nova's bodies and the metrics of a stream differ in spelling only.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function convertBedrockUsage(raw: unknown): TokenUsage | undefined {
  const wire = asDictionary(raw);
  if (wire === undefined) return undefined;
  const input = asCount(wire['inputTokens']) ?? asCount(wire['inputTokenCount']);
  const output = asCount(wire['outputTokens']) ?? asCount(wire['outputTokenCount']);
  if (input === undefined && output === undefined) return undefined;
  const usage: TokenUsage = {};
  if (input !== undefined) usage.input = input;
  const read = asCount(wire['cacheReadInputTokens']) ?? asCount(wire['cacheReadInputTokenCount']);
  if (read !== undefined) usage.cacheRead = read;
  addCacheWrites(usage, wire);
  if (output !== undefined) usage.output = output;
  const total = asCount(wire['totalTokens']);
  if (total !== undefined) usage.total = total === plainSum(usage) ? tokensOf(usage) : total;
  return usage;
}

function addCacheWrites(usage: TokenUsage, wire: Dictionary): void {
  let oneHour: number | undefined;
  let detailed: number | undefined;
  for (const value of asArray(wire['cacheDetails']) ?? []) {
    const detail = asDictionary(value);
    const tokens = asCount(detail?.['inputTokens']);
    if (tokens === undefined) continue;
    detailed = (detailed ?? 0) + tokens;
    if (detail?.['ttl'] === '1h') oneHour = (oneHour ?? 0) + tokens;
  }
  const write =
    asCount(wire['cacheWriteInputTokens']) ??
    asCount(wire['cacheWriteInputTokenCount']) ??
    detailed;
  if (write === undefined) return;
  const ofOneHour = Math.min(oneHour ?? 0, write);
  usage.cacheWrite = write - ofOneHour;
  if (oneHour !== undefined) usage.cacheWrite1h = ofOneHour;
}

/** Some models count cached tokens in the total and some do not. */
function plainSum({ input = 0, output = 0 }: TokenUsage): number {
  return input + output;
}

/**
 * What the headers of `InvokeModel` count, for bodies that count nothing themselves. As everywhere
 * on Bedrock the input leaves cached tokens out, which have headers of their own.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function convertHeaders(
  headerOf: (name: string) => string | undefined,
): TokenUsage | undefined {
  const count = (name: string): number | undefined => {
    const value = headerOf(`x-amzn-bedrock-${name}-token-count`);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  return convertBedrockUsage({
    inputTokenCount: count('input'),
    outputTokenCount: count('output'),
    cacheReadInputTokenCount: count('cache-read-input'),
    cacheWriteInputTokenCount: count('cache-write-input'),
  });
}

/**
 * The counts of a body, completed by those of the headers or of a stream's metrics where it leaves
 * out the input or the output. Search units stand alone.
 */
export function completed(
  body: TokenUsage | undefined,
  told: TokenUsage | undefined,
): TokenUsage | undefined {
  if (told === undefined || body?.searchUnits !== undefined) return body;
  if (body?.input !== undefined && body.output !== undefined) return body;
  return {
    ...told,
    ...body,
    input: body?.input ?? told.input,
    output: body?.output ?? told.output,
    // That of a part says nothing of the whole.
    total: undefined,
  };
}

/**
 * The counts of a `usageEvent` of Nova Sonic, by speech and text: those of the session so far, and
 * what this event adds to them.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/output-events.html
 */
export function convertSonicDetails(event: Dictionary): {
  readonly total: TokenUsage | undefined;
  readonly delta: TokenUsage | undefined;
} {
  const details = asDictionary(event['details']);
  const total = convertSonic(details?.['total']);
  const stated: TokenUsage = {
    input: asCount(event['totalInputTokens']),
    output: asCount(event['totalOutputTokens']),
  };
  const isStated = stated.input !== undefined && stated.output !== undefined;
  return {
    total: total ?? (isStated ? stated : undefined),
    delta: convertSonic(details?.['delta']),
  };
}

function convertSonic(value: unknown): TokenUsage | undefined {
  const counts = asDictionary(value);
  const input = asDictionary(counts?.['input']);
  const output = asDictionary(counts?.['output']);
  if (input === undefined && output === undefined) return undefined;
  const speechIn = asCount(input?.['speechTokens']) ?? 0;
  const speechOut = asCount(output?.['speechTokens']) ?? 0;
  return {
    input: speechIn + (asCount(input?.['textTokens']) ?? 0),
    inputAudio: speechIn,
    output: speechOut + (asCount(output?.['textTokens']) ?? 0),
    outputAudio: speechOut,
  };
}
