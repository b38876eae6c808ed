import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asDictionary, inCamelCase, inSnakeCase } from '../read.ts';
import { hostedUseOfMessage } from './anthropic-tools.ts';
import { advisorsIn, convertAnthropicUsage } from './anthropic.ts';
import { hostedUseOfConverse } from './bedrock-tools.ts';
import { convertBedrockUsage } from './bedrock.ts';
import { convertCohereUsage } from './cohere.ts';
import { hostedUseOfGemini } from './gemini-tools.ts';
import { convertGeminiUsage, convertInteractionUsage } from './gemini.ts';
import type { Billed, HostedUse } from './hosted-use.ts';
import { convertMistralConversationUsage } from './mistral.ts';
import { convertOllamaUsage } from './ollama.ts';
import { hostedUseOfResponse } from './openai-tools.ts';
import { type ServedBy, convertOpenAiUsage } from './openai.ts';
import { hostedUseOfChat, hostedUseOfMistral, hostedUseOfXai } from './other-tools.ts';

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

/**
 * What a whole answer is billed for: its tokens, what other models used within it, and what the
 * tools come to that the provider ran.
 *
 * @param streamed items of a response that came one by one, where its end repeats none
 */
export function convertWireBody(
  body: Dictionary,
  served: ServedBy,
  streamed?: readonly Dictionary[],
): Billed {
  const counts =
    body['usage'] ?? body['usageMetadata'] ?? body['usage_metadata'] ?? body['meta'] ?? body;
  const billed: Billed = {
    usage: convertWireUsage(counts, served),
    otherModelUsage: advisorsIn(counts),
    alsoBilled: undefined,
  };
  hostedUseIn(body, served, streamed).putOn(billed);
  return billed;
}

/** What the tools come to that the provider ran for an answer, whoever hands it on. */
export function hostedUseIn(
  body: Dictionary,
  served: ServedBy,
  streamed?: readonly Dictionary[],
): HostedUse {
  if (asArray(body['candidates']) !== undefined) {
    // Clients in other languages keep the names of their language.
    return hostedUseOfGemini('usage_metadata' in body ? inCamelCase(body) : body, served);
  }
  if (body['type'] === 'message') return hostedUseOfMessage(body);
  if (asArray(body['choices']) !== undefined) return hostedUseOfChat(body, served);
  if (asArray(body['steps']) !== undefined) return hostedUseOfGemini(body, served);
  if (asArray(body['outputs']) !== undefined) {
    const isMistral = served.provider === 'mistral_ai' || 'conversation_id' in body;
    return isMistral ? hostedUseOfMistral(body) : hostedUseOfGemini(body, served);
  }
  if (asDictionary(body['output'])?.['message'] !== undefined) return hostedUseOfConverse(body);
  const ofXai = served.provider === 'x_ai' ? hostedUseOfXai(body) : undefined;
  return ofXai?.isEmpty === false ? ofXai : hostedUseOfResponse(body, served, streamed);
}
