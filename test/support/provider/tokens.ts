import { createHash } from 'node:crypto';

/** Tokens of a text by the rule of thumb that this server bills by: four characters to a token. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Text cut into token-sized pieces that never split a character in two. */
export function tokenPieces(text: string, tokensPerPiece = 4): string[] {
  const characters = Array.from(text);
  const size = tokensPerPiece * 4;
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) {
    pieces.push(characters.slice(at, at + size).join(''));
  }
  return pieces;
}

/** The text of any JSON value, in order: what a request counts for. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return JSON.stringify(value);
}

const BLOCK_TOKENS = 128;
const MINIMUM_CACHED_TOKENS = 1024;
const MAX_PREFIXES = 50_000;

/** Hash of everything before each boundary. */
function* prefixHashes(parts: Iterable<string>): Generator<string> {
  const hash = createHash('sha1');
  for (const part of parts) {
    hash.update(part).update('\0');
    yield hash.copy().digest('base64');
  }
}

/** Prefixes that were sent before; the oldest are forgotten. */
export class PromptCache {
  readonly #seen: Set<string> = new Set();

  #remember(hash: string): void {
    this.#seen.add(hash);
    if (this.#seen.size > MAX_PREFIXES) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
  }

  /**
   * Automatic caching as OpenAI does it: prompts of 1,024 tokens and more, in blocks of 128.
   * Returns the tokens read from the cache and those newly written to it.
   *
   * @see https://platform.openai.com/docs/guides/prompt-caching
   */
  automatic(model: string, prompt: string): { read: number; written: number } {
    const blocks = Math.floor(countTokens(prompt) / BLOCK_TOKENS);
    if (blocks * BLOCK_TOKENS < MINIMUM_CACHED_TOKENS) return { read: 0, written: 0 };
    const size = BLOCK_TOKENS * 4;
    const parts = [model];
    for (let block = 0; block < blocks; block += 1) {
      parts.push(prompt.slice(block * size, (block + 1) * size));
    }
    let known = 0;
    for (const [index, hash] of [...prefixHashes(parts)].entries()) {
      if (index > 0 && this.#seen.has(hash)) known = index;
      this.#remember(hash);
    }
    const read = known * BLOCK_TOKENS >= MINIMUM_CACHED_TOKENS ? known * BLOCK_TOKENS : 0;
    return { read, written: blocks * BLOCK_TOKENS - read };
  }

  /**
   * Explicit caching as Anthropic does it: everything up to a block marked as a breakpoint is
   * written, and the longest known prefix is read. Below 1,024 tokens nothing is cached.
   *
   * @see https://docs.claude.com/en/docs/build-with-claude/prompt-caching
   */
  explicit(
    model: string,
    blocks: readonly { readonly text: string; readonly breakpoint: boolean }[],
  ): { read: number; written: number } {
    const hashes = [...prefixHashes([model, ...blocks.map((block) => block.text)])].slice(1);
    let tokens = 0;
    let read = 0;
    let lastBreakpoint = 0;
    const toWrite: string[] = [];
    for (const [index, block] of blocks.entries()) {
      tokens += countTokens(block.text);
      const hash = hashes[index] ?? '';
      if (tokens < MINIMUM_CACHED_TOKENS) continue;
      if (this.#seen.has(hash)) read = tokens;
      if (!block.breakpoint) continue;
      lastBreakpoint = tokens;
      toWrite.push(hash);
    }
    // A known prefix counts only in a request that asks for caching at all.
    if (lastBreakpoint === 0) return { read: 0, written: 0 };
    for (const hash of toWrite) this.#remember(hash);
    return { read, written: Math.max(0, lastBreakpoint - read) };
  }
}
