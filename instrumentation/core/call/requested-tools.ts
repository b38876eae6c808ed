import type { LlmCall, ToolCall } from '../../../conventions/index.ts';
import { asString } from '../../../providers/read.ts';

/** More tool calls than any response has; the rest are counted but not told apart. */
const MOST_TOOLS = 128;
/** What is longer counts as equal when its beginning and its length are. */
const DIGESTED_CHARACTERS = 65_536;

/** A tool call that a model asks for. Keeps a digest of the arguments, never the arguments. */
class RequestedTool implements ToolCall {
  readonly name: string;
  /** Which one it is in its stream. */
  readonly index: unknown;
  #low = 0x9e3779b9;
  #high = 0x85ebca6b;
  #length = 0;

  constructor(name: string, index: unknown) {
    this.name = name;
    this.index = index;
  }

  /** Arguments may come in pieces; the digest is that of the whole. */
  addArguments(text: string): void {
    const end = Math.min(text.length, DIGESTED_CHARACTERS - this.#length);
    for (let at = 0; at < end; at += 1) {
      const unit = text.charCodeAt(at);
      this.#low = Math.imul(this.#low ^ unit, 2654435761);
      this.#high = Math.imul(this.#high ^ unit, 1597334677);
    }
    this.#length += text.length;
  }

  get argumentsHash(): string {
    return [this.#low >>> 0, this.#high >>> 0, this.#length]
      .map((part) => part.toString(36))
      .join('-');
  }
}

/** Notes a tool call; `given` are its arguments, as far as they are there: text or an object. */
export function toolRequested(call: LlmCall, name: unknown, given: unknown, index?: unknown): void {
  const known = asString(name);
  if (known === undefined) return;
  const tools = (call.requestedTools ?? []) as RequestedTool[];
  if (tools.length >= MOST_TOOLS) return;
  const tool = new RequestedTool(known, index);
  tool.addArguments(typeof given === 'string' ? given : textOf(given));
  tools.push(tool);
  call.requestedTools = tools;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** Adds what a stream brings of the arguments of the tool call at `index`. */
export function toolArgumentsCame(call: LlmCall, index: unknown, piece: unknown): void {
  if (typeof piece !== 'string' || call.requestedTools === undefined) return;
  const tools = call.requestedTools as readonly RequestedTool[];
  tools.findLast((tool) => tool.index === index)?.addArguments(piece);
}
