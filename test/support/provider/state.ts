import { randomBytes } from 'node:crypto';

import { asArray, asObject, asString, sampleOf, type JsonObject } from './json-shape.ts';
import { PromptCache } from './tokens.ts';

export interface ProviderOptions {
  /**
   * Tool turns before the final answer of a request that brings tools. Default: each tool is asked
   * for once, in the order given.
   */
  readonly toolTurns?: number;
  /** Default true: a long prefix that was sent before is read from the cache. */
  readonly cache?: boolean;
}

/** A stored answer of the Responses API. */
export interface StoredResponse {
  response: JsonObject;
  /** Tool turns since the last user message, this response included. */
  readonly toolTurns: number;
  /** What a background response becomes at its next retrieval. */
  becomes?: JsonObject[];
}

const MAX_STORED = 10_000;

/** What the provider remembers between requests. */
export class ProviderState {
  readonly options: ProviderOptions;
  readonly cache: PromptCache = new PromptCache();
  readonly #responses: Map<string, StoredResponse> = new Map();

  constructor(options: ProviderOptions) {
    this.options = options;
  }

  store(id: string, stored: StoredResponse): void {
    this.#responses.set(id, stored);
    if (this.#responses.size > MAX_STORED) {
      for (const oldest of this.#responses.keys()) {
        this.#responses.delete(oldest);
        break;
      }
    }
  }

  stored(id: string): StoredResponse | undefined {
    return this.#responses.get(id);
  }
}

/** An id in the provider's own form; unique over all servers, since callers book by it. */
export function newId(prefix: string): string {
  return prefix + randomBytes(12).toString('hex');
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export interface ToolRequest {
  readonly name: string;
  readonly arguments: unknown;
}

/** A tool as the request describes it, from any of the three APIs. */
interface DescribedTool {
  readonly name: string;
  readonly schema: unknown;
}

function describeTool(tool: unknown): DescribedTool | undefined {
  const outer = asObject(tool);
  const inner = outer['function'] === undefined ? outer : asObject(outer['function']);
  const name = asString(inner['name']);
  const schema = inner['parameters'] ?? inner['input_schema'];
  // Tools that the provider runs itself have a name (Anthropic) or none (OpenAI), but no schema.
  const own =
    outer['type'] === undefined || outer['type'] === 'function' || outer['type'] === 'custom';
  return name === undefined || !own ? undefined : { name, schema };
}

/** The tool call that the model makes at this turn, or `undefined` for a final answer. */
export function nextToolCall(
  tools: unknown,
  choice: unknown,
  turnsSoFar: number,
  options: ProviderOptions,
): ToolRequest | undefined {
  const described = asArray(tools)
    .map(describeTool)
    .filter((tool) => tool !== undefined);
  const choiceType = asString(choice) ?? asString(asObject(choice)['type']);
  if (described.length === 0 || choiceType === 'none') return undefined;
  const chosen = asObject(choice);
  const forced = asString(chosen['name']) ?? asString(asObject(chosen['function'])['name']);
  const must = forced !== undefined || choiceType === 'required' || choiceType === 'any';
  if (!must && turnsSoFar >= (options.toolTurns ?? described.length)) return undefined;
  const tool =
    described.find(({ name }) => name === forced) ?? described[turnsSoFar % described.length];
  return tool === undefined ? undefined : { name: tool.name, arguments: sampleOf(tool.schema) };
}

/**
 * A plain answer to a question: always the same for the same text, longer than a few chunks, and
 * with characters of two, three and four bytes.
 */
export function proseAnswer(question: string): string {
  const topic = question.replaceAll(/\s+/g, ' ').slice(0, 80);
  return (
    `Voilà – in short: “${topic}”. The answer rests on three facts: the figures were checked, ` +
    'the naïve reading is ruled out, and the remaining risk is small 🙂.'
  );
}
