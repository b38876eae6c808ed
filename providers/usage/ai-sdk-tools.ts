import { type Dictionary, asDictionary, asString } from '../read.ts';
import { hostedUseOfMessage } from './anthropic-tools.ts';
import { HostedUse } from './hosted-use.ts';
import { hostedUseOfResponse } from './openai-tools.ts';
import type { ServedBy } from './openai.ts';

/**
 * What of a part of the AI SDK tells of a tool that the provider ran, without what it holds;
 * `undefined` for any other part.
 */
export function hostedPartOf(part: Dictionary): Dictionary | undefined {
  const { type, toolCallId, toolName, providerExecuted } = part;
  if (type === 'tool-call' && providerExecuted === true) return { type, toolCallId, toolName };
  if (type !== 'tool-result') return undefined;
  const action = asDictionary(asDictionary(part['result'])?.['action'])?.['type'];
  return { type, toolCallId, toolName, action };
}

/**
 * What the tools come to that the provider ran, by the parts in which the AI SDK tells of them, for
 * calls whose own answer it does not hand on. The result of a search says whether it searched.
 */
export function hostedUseOfParts(parts: readonly Dictionary[], served: ServedBy): HostedUse {
  const calls = parts.filter(({ type }) => type === 'tool-call');
  // Google bills searches alone, and has them beside the parts.
  if (calls.length === 0 || served.provider.startsWith('gcp.')) return new HostedUse();
  if (/claude/u.test(served.model ?? '')) {
    const content = calls.map(({ toolName }) => ({ type: 'server_tool_use', name: toolName }));
    return hostedUseOfMessage({ type: 'message', content });
  }
  const output = calls.map(({ toolCallId, toolName }) => {
    const result = parts.find(
      (part) => part['type'] === 'tool-result' && part['toolCallId'] === toolCallId,
    );
    return { type: `${asString(toolName)}_call`, action: { type: result?.['action'] } };
  });
  return hostedUseOfResponse({ output }, served);
}

/** Tools whose use the provider's metadata counts, or that cost their tokens alone. */
const COUNTED =
  /^(?:google|vertex)\.|^anthropic\.(?:web_search|web_fetch|advisor|tool_search)|mcp|computer/u;

/**
 * The hosted tools that a call was offered and may have used, where nothing says how often.
 *
 * @param offered definitions of its tools, as the SDK sends them to a model
 * @param called names of the tools that the answer called; `undefined` where that is not known
 */
export function hostedUseOfTools(
  offered: readonly Dictionary[],
  called: ReadonlySet<string> | undefined,
): HostedUse {
  const use = new HostedUse();
  for (const { type, id, name } of offered) {
    const tool = asString(id);
    if (asString(type)?.startsWith('provider') !== true || tool === undefined) continue;
    if (COUNTED.test(tool) || called?.has(String(name)) === false) continue;
    use.name(tool.slice(tool.indexOf('.') + 1).replace(/_(?:preview|\d{8})$/u, ''));
  }
  return use;
}
