import type { TokenUsage } from '../../conventions/index.ts';
import { asCount, asDictionary } from '../read.ts';
import type { HostedUnit } from './hosted-use.ts';
import { convertOpenAiUsage } from './openai.ts';
import { connectorCounts } from './other-tools.ts';

/**
 * Tokens of a conversation. What connectors (web search, code, libraries) brought to the model are
 * input tokens outside `prompt_tokens` and within the total.
 *
 * @see https://docs.mistral.ai/agents/connectors/websearch
 */
export function convertMistralConversationUsage(raw: unknown): TokenUsage | undefined {
  const usage = convertOpenAiUsage(raw, { provider: 'mistral_ai', model: undefined });
  const wire = asDictionary(raw);
  if (usage === undefined || wire === undefined) return usage;
  const fromConnectors = asCount(wire['connector_tokens']);
  if (fromConnectors !== undefined) usage.input = (usage.input ?? 0) + fromConnectors;
  for (const [unit, times] of Object.entries(connectorCounts(wire['connectors']).counts)) {
    usage[unit as HostedUnit] = times;
  }
  return usage;
}

/**
 * Pages of documents that were read. A page that is annotated as well has a price of its own, which
 * stands for both.
 *
 * @see https://docs.mistral.ai/api/endpoint/ocr
 */
export function convertMistralPages(raw: unknown, isAnnotated: boolean): TokenUsage | undefined {
  const pages = asCount(asDictionary(raw)?.['pages_processed']);
  if (pages === undefined) return undefined;
  return isAnnotated ? { annotatedPages: pages } : { pages };
}
