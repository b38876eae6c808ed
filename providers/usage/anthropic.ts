import { addUsage, type TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../read.ts';
import { MessageTools } from './anthropic-tools.ts';

/**
 * The counters of a Messages response as the wire has them. In a stream each event may bring some
 * of them again, always as the sum so far: the newest of each counts.
 */
export interface MessageCounters {
  input: number | undefined;
  cacheRead: number | undefined;
  cacheCreation: number | undefined;
  ephemeral5m: number | undefined;
  ephemeral1h: number | undefined;
  output: number | undefined;
  thinking: number | undefined;
  webSearches: number | undefined;
  iterations: readonly unknown[] | undefined;
  readonly tools: MessageTools;
}

export function emptyCounters(): MessageCounters {
  return {
    input: undefined,
    cacheRead: undefined,
    cacheCreation: undefined,
    ephemeral5m: undefined,
    ephemeral1h: undefined,
    output: undefined,
    thinking: undefined,
    webSearches: undefined,
    iterations: undefined,
    tools: new MessageTools(),
  };
}

/** Takes over what `usage` counts of the input; what it leaves out or has as null stays. */
export function updateInput(counters: MessageCounters, usage: Dictionary): void {
  const creation = asDictionary(usage['cache_creation']);
  counters.input = asCount(usage['input_tokens']) ?? counters.input;
  counters.cacheRead = asCount(usage['cache_read_input_tokens']) ?? counters.cacheRead;
  counters.cacheCreation = asCount(usage['cache_creation_input_tokens']) ?? counters.cacheCreation;
  counters.ephemeral5m = asCount(creation?.['ephemeral_5m_input_tokens']) ?? counters.ephemeral5m;
  counters.ephemeral1h = asCount(creation?.['ephemeral_1h_input_tokens']) ?? counters.ephemeral1h;
  const toolCounts = asDictionary(usage['server_tool_use']);
  counters.webSearches = asCount(toolCounts?.['web_search_requests']) ?? counters.webSearches;
  counters.tools.addCounts(toolCounts);
  counters.iterations = asArray(usage['iterations']) ?? counters.iterations;
}

/** The same for the output, whose counts are placeholders until the first `message_delta`. */
export function updateOutput(counters: MessageCounters, usage: Dictionary): void {
  const details = asDictionary(usage['output_tokens_details']);
  counters.output = asCount(usage['output_tokens']) ?? counters.output;
  counters.thinking = asCount(details?.['thinking_tokens']) ?? counters.thinking;
}

/**
 * Turns the counters into disjoint classes: `input_tokens` leaves cached tokens out,
 * `output_tokens` has thinking inside. The top-level sums leave out compactions, which ran on the
 * same model. Returns `undefined` when nothing was counted.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 * @see https://platform.claude.com/docs/en/build-with-claude/compaction
 */
export function convertCounters(counters: MessageCounters): TokenUsage | undefined {
  let usage = convertOne(counters);
  if (usage === undefined) return undefined;
  if (counters.webSearches !== undefined) usage.webSearches = counters.webSearches;
  for (const iteration of iterationsOf(counters, 'compaction')) {
    usage = addUsage(usage, convertWire(iteration));
  }
  return usage;
}

/** What a model beside that of the answer used. */
export interface ModelUsage {
  readonly model: string;
  readonly usage: TokenUsage;
  /** The hosted tool that it belongs to; without its rates the rest of the call has a price. */
  readonly tool?: string | undefined;
  /** It is a share of the call's own usage, which has no other price. */
  readonly isPart?: true | undefined;
}

/**
 * What an advisor used: another model, billed at its own rates and outside the top-level sums.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool
 */
export function convertAdvisors(counters: MessageCounters): readonly ModelUsage[] | undefined {
  const found: ModelUsage[] = [];
  for (const iteration of iterationsOf(counters, 'advisor_message')) {
    const model = asString(iteration['model']);
    const usage = convertWire(iteration);
    if (model !== undefined && usage !== undefined) found.push({ model, usage });
  }
  return found.length === 0 ? undefined : found;
}

function iterationsOf({ iterations }: MessageCounters, type: string): readonly Dictionary[] {
  if (iterations === undefined) return [];
  return iterations
    .map(asDictionary)
    .filter((iteration) => iteration !== undefined)
    .filter((iteration) => iteration['type'] === type);
}

function convertWire(wire: Dictionary): TokenUsage | undefined {
  return convertOne(countersOf(wire));
}

function countersOf(wire: Dictionary): MessageCounters {
  const counters = emptyCounters();
  updateInput(counters, wire);
  updateOutput(counters, wire);
  return counters;
}

/** A whole message's `usage`, at once. */
export function convertAnthropicUsage(raw: unknown): TokenUsage | undefined {
  const wire = asDictionary(raw);
  return wire === undefined ? undefined : convertCounters(countersOf(wire));
}

/**
 * The same for what Claude Code tells of a model, whose names differ.
 * @see https://code.claude.com/docs/en/agent-sdk/cost-tracking
 */
export function convertClaudeCodeUsage(usage: Dictionary): TokenUsage | undefined {
  return convertAnthropicUsage({
    input_tokens: usage['inputTokens'],
    output_tokens: usage['outputTokens'],
    output_tokens_details: { thinking_tokens: usage['thinkingTokens'] },
    cache_read_input_tokens: usage['cacheReadInputTokens'],
    cache_creation_input_tokens: usage['cacheCreationInputTokens'],
    cache_creation: { ephemeral_1h_input_tokens: usage['cacheCreationEphemeral1hInputTokens'] },
    server_tool_use: { web_search_requests: usage['webSearchRequests'] },
  });
}

/** What other models used, by a whole message's `usage`. */
export function advisorsIn(raw: unknown): readonly ModelUsage[] | undefined {
  const wire = asDictionary(raw);
  return wire?.['iterations'] === undefined ? undefined : convertAdvisors(countersOf(wire));
}

function convertOne(counters: MessageCounters): TokenUsage | undefined {
  const { input, cacheRead, cacheCreation, ephemeral5m, ephemeral1h, output } = counters;
  if (input === undefined && output === undefined) return undefined;
  const usage: TokenUsage = {};
  if (input !== undefined) usage.input = input;
  if (cacheRead !== undefined) usage.cacheRead = cacheRead;
  if (cacheCreation === undefined) {
    if (ephemeral5m !== undefined) usage.cacheWrite = ephemeral5m;
    if (ephemeral1h !== undefined) usage.cacheWrite1h = ephemeral1h;
  } else {
    // The split may be older than the sum, which a later event corrects alone.
    const oneHour = Math.min(ephemeral1h ?? 0, cacheCreation);
    usage.cacheWrite = cacheCreation - oneHour;
    if (ephemeral1h !== undefined) usage.cacheWrite1h = oneHour;
  }
  if (output !== undefined) {
    const thinking =
      counters.thinking === undefined ? undefined : Math.min(counters.thinking, output);
    usage.output = output - (thinking ?? 0);
    if (thinking !== undefined) usage.reasoning = thinking;
  }
  return usage;
}
