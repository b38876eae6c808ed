import type { TokenUsage } from '../../conventions/index.ts';
import { type Dictionary, asArray, asCount, asDictionary, asString } from '../read.ts';
import { HostedUse } from './hosted-use.ts';
import { type ServedBy, convertOpenAiUsage } from './openai.ts';

/** What the caller runs itself, or what the tokens of the answer pay for whole. */
const UNBILLED_ITEMS: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'local_shell_call',
  'apply_patch_call',
  'computer_call',
  'mcp_call',
  'tool_search_call',
]);

/** Items of tools end like this, whatever tool comes next. */
const TOOL_ITEM = /^(\w+)_call$/;

/**
 * What of an output item tells what it costs, without what it holds; `undefined` for what is no item
 * of a tool. Streams may leave the items out at their end.
 */
export function toolItemOf(value: unknown): Dictionary | undefined {
  const item = asDictionary(value);
  const type = asString(item?.['type']);
  if (item === undefined || type === undefined) return undefined;
  if (!TOOL_ITEM.test(type) || UNBILLED_ITEMS.has(type)) return undefined;
  const action = asDictionary(item['action'])?.['type'];
  const place = asDictionary(item['environment'])?.['type'];
  return { type, status: item['status'], action: { type: action }, environment: { type: place } };
}

/**
 * What the hosted tools of a response come to.
 *
 * - Searches: the count that `tool_usage` states, else each item that searched; opening and reading a
 *   found page belong to the search that found it.
 * - An image by the hosted tool: the tokens of the image's own model. Where `tool_usage` leaves them
 *   out, as it may, the tool is named.
 * - Code and shell run in containers that are billed by the minute of their lives, which no answer
 *   tells: named.
 * - Computer use and MCP cost their tokens alone.
 *
 * @param streamed items that came one by one, for a body whose `output` is empty
 * @see https://developers.openai.com/api/docs/pricing
 */
export function hostedUseOfResponse(
  body: Dictionary,
  served: ServedBy,
  streamed: readonly Dictionary[] = [],
): HostedUse {
  const use = new HostedUse();
  const output = asArray(body['output']) ?? [];
  const tools = (asArray(body['tools']) ?? []).map(asDictionary);
  const stated = asDictionary(body['tool_usage']);
  const search = isPreview(tools) ? 'webSearchPreviews' : 'webSearches';
  let images = 0;
  for (const value of output.length > 0 ? output : streamed) {
    const item = toolItemOf(value);
    if (item === undefined) continue;
    switch (item['type']) {
      case 'web_search_call':
        if (isSearch(item)) use.count(search);
        break;
      case 'file_search_call':
        use.count('fileSearches');
        break;
      case 'image_generation_call':
        if (item['status'] !== 'failed') images += 1;
        break;
      case 'code_interpreter_call':
        use.name('code_interpreter');
        break;
      case 'shell_call':
        if (isHostedShell(item, tools)) use.name('shell');
        break;
      default:
        use.name(TOOL_ITEM.exec(String(item['type']))![1]!);
    }
  }
  const searches = asCount(asDictionary(stated?.['web_search'])?.['num_requests']);
  if (searches !== undefined) use.state(search, searches);
  if (leavesOutContent(body, served, use.counts.webSearches ?? 0)) use.name('search_content');
  addImages(use, asDictionary(stated?.['image_gen']), images, tools, served);
  return use;
}

function isSearch(item: Dictionary): boolean {
  const action = asDictionary(item['action'])?.['type'];
  return action === undefined || action === 'search';
}

/** These pay a block of input tokens for what each search finds, whatever it found. */
const PAYS_BY_BLOCK = /gpt-4(?:o|\.1)-mini/;
const BLOCK_TOKENS = 8_000;

/** Whether the blocks are surely not among the tokens of the usage. */
function leavesOutContent(body: Dictionary, { model }: ServedBy, searches: number): boolean {
  if (searches === 0 || !PAYS_BY_BLOCK.test(model ?? '')) return false;
  const input = asCount(asDictionary(body['usage'])?.['input_tokens']);
  return input !== undefined && input < searches * BLOCK_TOKENS;
}

/** The answer repeats the tools of its request. */
function isPreview(tools: readonly (Dictionary | undefined)[]): boolean {
  const types = tools.map((tool) => asString(tool?.['type']) ?? '');
  return (
    types.some((type) => type.startsWith('web_search_preview')) &&
    !types.some((type) => /^web_search(?!_preview)/.test(type))
  );
}

/** A shell is the caller's own unless it, or the tool, says that it is a container. */
function isHostedShell(item: Dictionary, tools: readonly (Dictionary | undefined)[]): boolean {
  const places = [item, ...tools.filter((tool) => tool?.['type'] === 'shell')].map((place) =>
    asString(asDictionary(place?.['environment'])?.['type']),
  );
  return places.some((place) => place?.startsWith('container') === true);
}

function addImages(
  use: HostedUse,
  counts: Dictionary | undefined,
  images: number,
  tools: readonly (Dictionary | undefined)[],
  served: ServedBy,
): void {
  const usage = imageUsage(counts, served);
  const tool = tools.find((candidate) => candidate?.['type'] === 'image_generation');
  const model = asString(tool?.['model']);
  if (usage !== undefined && model !== undefined) {
    use.models.push({ model, usage, tool: 'image_generation' });
  } else if (usage !== undefined || images > 0) {
    use.name('image_generation');
  }
}

/** Tokens of the image's model; all of its output is the image where nothing splits it. */
function imageUsage(counts: Dictionary | undefined, served: ServedBy): TokenUsage | undefined {
  if (
    counts === undefined ||
    !((asCount(counts['total_tokens']) ?? asCount(counts['output_tokens']) ?? 0) > 0)
  ) {
    return undefined;
  }
  const cached = asDictionary(counts['cached_tokens_details']);
  const usage = convertOpenAiUsage(
    {
      ...counts,
      input_tokens_details: {
        ...asDictionary(counts['input_tokens_details']),
        cached_tokens: counts['cached_tokens'],
        cached_tokens_details: {
          image_tokens: cached?.['cached_image_tokens'],
          text_tokens: cached?.['cached_text_tokens'],
        },
      },
    },
    served,
  );
  if (usage?.output !== undefined && usage.outputText === undefined) {
    usage.outputImage ??= usage.output;
  }
  return usage;
}
