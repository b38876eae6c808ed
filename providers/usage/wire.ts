import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asDictionary, inCamelCase, inSnakeCase } from '../read.ts';
import { convertAnthropicUsage } from './anthropic.ts';
import { convertBedrockUsage } from './bedrock.ts';
import { convertCohereUsage } from './cohere.ts';
import { convertGeminiUsage, convertInteractionUsage, groundedSearches } from './gemini.ts';
import { convertMistralConversationUsage } from './mistral.ts';
import { convertOllamaUsage } from './ollama.ts';
import { type ServedBy, billedSearches, convertOpenAiUsage } from './openai.ts';

/** How one wire counts. */
interface Wire {
  /** Names that only its usage has; the first wire with one of them counts. */
  readonly marks: readonly string[];
  convert(wire: Dictionary, served: ServedBy): TokenUsage | undefined;
}

const WIRES: readonly Wire[] = [
  {
    marks: ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'],
    convert: convertGeminiUsage,
  },
  {
    marks: ['candidates_token_count', 'thoughts_token_count', 'total_token_count'],
    convert: (wire) => convertGeminiUsage(inCamelCase(wire)),
  },
  { marks: ['total_input_tokens', 'total_output_tokens'], convert: convertInteractionUsage },
  { marks: ['billed_units', 'billedUnits'], convert: convertCohereUsage },
  { marks: ['prompt_eval_count', 'eval_count'], convert: convertOllamaUsage },
  { marks: ['connector_tokens', 'connectors'], convert: convertMistralConversationUsage },
  { marks: ['prompt_tokens', 'completion_tokens'], convert: convertOpenAiUsage },
  {
    marks: ['input_tokens', 'output_tokens'],
    convert: (wire, served) =>
      isOfResponses(wire) ? convertOpenAiUsage(wire, served) : convertAnthropicUsage(wire),
  },
  {
    marks: ['promptTokens', 'completionTokens', 'inputTokensDetails', 'outputTokensDetails'],
    convert: (wire, served) => convertOpenAiUsage(inSnakeCase(wire), served),
  },
  {
    marks: [
      'inputTokenCount',
      'outputTokenCount',
      'cacheReadInputTokens',
      'cacheWriteInputTokens',
      'cacheDetails',
    ],
    convert: convertBedrockUsage,
  },
];

/** Whether a usage with Anthropic's names is one of OpenAI's Responses API, or of its images. */
function isOfResponses(wire: Dictionary): boolean {
  return (
    wire['total_tokens'] !== undefined ||
    wire['input_tokens_details'] !== undefined ||
    asDictionary(wire['output_tokens_details'])?.['reasoning_tokens'] !== undefined
  );
}

/**
 * Disjoint classes of a usage in a provider's own words, whoever hands it on: its names tell which
 * wire it is from. `undefined` for what is of no known wire or counts nothing.
 */
export function convertWireUsage(raw: unknown, served: ServedBy): TokenUsage | undefined {
  const wire = asDictionary(raw);
  if (wire === undefined) return undefined;
  const found = WIRES.find(({ marks }) => marks.some((mark) => wire[mark] != null));
  if (found !== undefined) return found.convert(wire, served);
  // Frameworks have these two names as well, and mean something else by them.
  return served.provider === 'aws.bedrock' ? convertBedrockUsage(wire) : undefined;
}

/** The same for a whole answer, with the searches in it that no usage counts. */
export function convertWireBody(body: Dictionary, served: ServedBy): TokenUsage | undefined {
  const usage = convertWireUsage(
    body['usage'] ?? body['usageMetadata'] ?? body['usage_metadata'] ?? body['meta'] ?? body,
    served,
  );
  const searches = searchesInBody(body, served.model);
  if (usage !== undefined && searches > 0) usage.webSearches ??= searches;
  return usage;
}

/** Searches that the provider ran for an answer and bills, where its usage does not count them. */
export function searchesInBody(body: Dictionary, model: string | undefined): number {
  let searches = billedSearches(asArray(body['output']) ?? []);
  for (const value of asArray(body['candidates']) ?? []) {
    const grounding = asDictionary(asDictionary(value)?.['groundingMetadata']);
    if (grounding !== undefined) searches = Math.max(searches, groundedSearches(grounding, model));
  }
  return searches;
}
