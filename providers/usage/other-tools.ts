import { type Dictionary, asArray, asCount, asDictionary, asString } from '../read.ts';
import { HostedUse, type HostedUnit } from './hosted-use.ts';
import { type ServedBy, convertOpenAiUsage } from './openai.ts';

/** Units of the tools of xAI and Mistral, by the beginning of what each calls them. */
const UNIT_OF_TOOL: Readonly<Partial<Record<string, HostedUnit>>> = {
  web_search: 'webSearches',
  // A search of posts costs what one of the web does.
  x_search: 'webSearches',
  code_interpreter: 'codeExecutions',
  code_execution: 'codeExecutions',
  file_search: 'fileSearches',
  collections_search: 'fileSearches',
  document_library: 'fileSearches',
  image_generation: 'images',
};

/** Tools whose whole price is in tokens. */
const UNBILLED =
  /^(?:mcp|view_image|view_x_video|image_understanding|x_video_understanding|function)$/;

function addTool(use: HostedUse, name: string, times: number): void {
  if (times === 0 || UNBILLED.test(name)) return;
  const unit = UNIT_OF_TOOL[name];
  if (unit === undefined) use.name(name);
  else use.count(unit, times);
}

/**
 * Tools that xAI ran. Its answers state their whole cost; these count where one does not. Live
 * search, which is no more, was billed by the source.
 *
 * @see https://docs.x.ai/developers/tools/tool-usage-details
 */
export function hostedUseOfXai(body: Dictionary): HostedUse {
  const use = new HostedUse();
  const usage = asDictionary(body['usage']);
  const counts =
    asDictionary(usage?.['server_side_tool_usage_details']) ??
    asDictionary(body['server_side_tool_usage']) ??
    asDictionary(usage?.['server_side_tool_usage']);
  for (const [name, value] of Object.entries(counts ?? {})) {
    const tool = name
      .toLowerCase()
      .replace(/^server_side_tool_/, '')
      .replace(/_calls$/, '');
    addTool(use, tool, asCount(value) ?? 0);
  }
  if (counts === undefined && (asCount(usage?.['num_sources_used']) ?? 0) > 0) {
    use.name('live_search');
  }
  return use;
}

/** Connectors as the usage of a conversation counts them. */
export function connectorCounts(counts: unknown): HostedUse {
  const use = new HostedUse();
  for (const [name, value] of Object.entries(asDictionary(counts) ?? {})) {
    addTool(use, name, asCount(value) ?? 0);
  }
  return use;
}

/**
 * Connectors that a Mistral agent used: as its usage counts them, else by the entries that tell of
 * each run.
 *
 * @see https://docs.mistral.ai/agents/connectors/connectors
 */
export function hostedUseOfMistral(body: Dictionary): HostedUse {
  const counts = asDictionary(asDictionary(body['usage'])?.['connectors']);
  const use = connectorCounts(counts);
  if (counts !== undefined) return use;
  for (const value of asArray(body['outputs']) ?? []) {
    const entry = asDictionary(value);
    if (entry?.['type'] === 'tool.execution') addTool(use, asString(entry['name']) ?? 'tool', 1);
  }
  return use;
}

/**
 * What chat completions tell of tools that the server ran. Groq bills its own by the piece and by the
 * hour at prices that depend on settings no answer repeats; Moonshot's search is a function that the
 * model asks for and the server fills. Others only cite what they found.
 *
 * @see https://console.groq.com/docs/compound
 * @see https://platform.kimi.ai/docs/pricing/tools
 */
export function hostedUseOfChat(body: Dictionary, served: ServedBy): HostedUse {
  const { provider } = served;
  const use = new HostedUse();
  addBreakdown(use, body, served);
  for (const value of asArray(body['choices']) ?? []) {
    const choice = asDictionary(value);
    const message = asDictionary(choice?.['message']) ?? asDictionary(choice?.['delta']);
    if (message !== undefined) addMessage(use, message, provider);
  }
  addPlugins(use, body);
  return use;
}

/**
 * The models of a system that asks several, such as Groq's compound: each is billed at its own rates,
 * and the system itself has none.
 */
export function addBreakdown(use: HostedUse, body: Dictionary, { provider }: ServedBy): void {
  for (const value of asArray(asDictionary(body['usage_breakdown'])?.['models']) ?? []) {
    const model = asString(asDictionary(value)?.['model']);
    const usage = convertOpenAiUsage(asDictionary(value)?.['usage'], { provider, model });
    if (model !== undefined && usage !== undefined) use.models.push({ model, usage, isPart: true });
  }
}

/** The same for one message, or for what a chunk adds to it. */
export function addMessage(use: HostedUse, message: Dictionary, provider: string): void {
  for (const value of asArray(message['executed_tools']) ?? []) {
    const tool = asDictionary(value);
    use.name(asString(tool?.['type']) ?? asString(tool?.['name']) ?? 'server_tool');
  }
  for (const value of asArray(message['tool_calls']) ?? []) {
    const call = asDictionary(value);
    const name = asString(asDictionary(call?.['function'])?.['name']);
    if (name === '$web_search') use.count('webSearches');
    else if (name?.startsWith('$')) use.name(name);
  }
  // A relay that cites the web and states no cost has run its search, or had it run.
  if (provider === 'openrouter' && (asArray(message['annotations'])?.length ?? 0) > 0) {
    use.name('web_search');
  }
}

/** Searches of Qwen and of GLM. */
function addPlugins(use: HostedUse, body: Dictionary): void {
  const plugins = asDictionary(asDictionary(body['usage'])?.['plugins']);
  for (const [name, value] of Object.entries(plugins ?? {})) {
    const count = asCount(asDictionary(value)?.['count']) ?? 1;
    if (count > 0) use.count('webSearches', name === 'search' ? count : 0);
    if (name !== 'search' && count > 0) use.name(name);
  }
  if ((asArray(body['web_search'])?.length ?? 0) > 0) use.count('webSearches');
}
