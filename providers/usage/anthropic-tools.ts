import { type Dictionary, asArray, asCount, asDictionary, asString } from '../read.ts';
import { HostedUse } from './hosted-use.ts';

/** Tools whose whole price is in tokens: the answer's, or those of an advisor, which it tells. */
const UNBILLED_TOOLS = /^(?:web_fetch|advisor|tool_search(?:_tool)?(?:_\w+)?)$/;
const CODE_TOOLS = /^(?:bash_|text_editor_)?code_execution$/;

/**
 * What the server tools of a message come to, as its blocks come in.
 *
 * - Searches cost by the piece; those that failed are not billed. The message's own count goes before
 *   that of its blocks, which is all there is where a stream breaks off.
 * - Fetching, finding tools and MCP cost their tokens alone.
 * - Code runs in containers that are billed by the hour, less an allowance that no answer shows, so
 *   it is named. Where code filters what the web tools found, it is free.
 *
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 */
export class MessageTools {
  #found = 0;
  #stated = 0;
  #ranCode = false;
  #filteredTheWeb = false;
  readonly #others = new Set<string>();

  /** Takes in a block; whether it is one of a tool that the provider ran. */
  addBlock(block: Dictionary): boolean {
    const type = asString(block['type']);
    if (type === 'server_tool_use') {
      this.#addTool(asString(block['name']) ?? 'server_tool', block);
      return true;
    }
    if (type === 'web_search_tool_result') {
      if (asArray(block['content']) !== undefined) this.#found += 1;
      return true;
    }
    const tool = /^(\w+)_tool_use$/.exec(type ?? '')?.[1];
    if (tool === undefined || tool === 'mcp') return false;
    this.#others.add(tool);
    return true;
  }

  /** Takes over the counts of a usage, each the sum so far. */
  addCounts(counts: Dictionary | undefined): void {
    for (const [name, value] of Object.entries(counts ?? {})) {
      const count = asCount(value) ?? 0;
      const tool = /^(\w+)_requests$/.exec(name)?.[1];
      if (tool === 'web_search') this.#stated = Math.max(this.#stated, count);
      else if (tool !== undefined && count > 0) this.#addTool(tool, undefined);
    }
  }

  use(): HostedUse {
    const use = new HostedUse();
    const searches = Math.max(this.#found, this.#stated);
    if (searches > 0) use.state('webSearches', searches);
    if (this.#ranCode && !this.#filteredTheWeb) use.name('code_execution');
    for (const tool of this.#others) use.name(tool);
    return use;
  }

  #addTool(name: string, block: Dictionary | undefined): void {
    if (CODE_TOOLS.test(name)) {
      this.#ranCode = true;
    } else if (name === 'web_search' || UNBILLED_TOOLS.test(name)) {
      const caller = asString(asDictionary(block?.['caller'])?.['type']);
      const isOfWeb = name === 'web_search' || name === 'web_fetch';
      if (isOfWeb && caller?.startsWith('code_execution')) this.#filteredTheWeb = true;
    } else {
      this.#others.add(name);
    }
  }
}

/** The same for a whole message. */
export function hostedUseOfMessage(body: Dictionary): HostedUse {
  const tools = new MessageTools();
  for (const value of asArray(body['content']) ?? []) {
    const block = asDictionary(value);
    if (block !== undefined) tools.addBlock(block);
  }
  tools.addCounts(asDictionary(asDictionary(body['usage'])?.['server_tool_use']));
  return tools.use();
}
