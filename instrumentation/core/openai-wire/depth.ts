import { asArray, asDictionary } from '../../../providers/read.ts';

/**
 * Inference calls that a chat conversation proves, the one being sent included: the assistant
 * turns with tool calls since the last user message, plus one. `undefined` without messages.
 */
export function chatDepth(messages: unknown): number | undefined {
  const list = asArray(messages);
  if (list === undefined) return undefined;
  let turns = 0;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const message = asDictionary(list[index]);
    if (message?.['role'] === 'user') break;
    if (message?.['role'] !== 'assistant') continue;
    const toolCalls = asArray(message['tool_calls']);
    if ((toolCalls !== undefined && toolCalls.length > 0) || message['function_call'] != null) {
      turns += 1;
    }
  }
  return turns + 1;
}

/** Calls that the client runs; the provider's own tools make no turn. */
const CLIENT_TOOL_CALLS: ReadonlySet<unknown> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
]);

export interface ResponseInputDepth {
  readonly depth: number | undefined;
  /** No user message stands in the input: it only answers what the previous response asked for. */
  readonly answersOnly: boolean;
}

/**
 * The same for the input items of the Responses API, where one turn may hold several parallel
 * calls before their outputs.
 */
export function responseInputDepth(input: unknown): ResponseInputDepth {
  const items = asArray(input);
  if (items === undefined)
    return { depth: typeof input === 'string' ? 1 : undefined, answersOnly: false };
  let turns = 0;
  let insideTurn = false;
  let outputs = 0;
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = asDictionary(items[index]);
    if (item === undefined) continue;
    if (item['role'] === 'user') return { depth: turns + 1, answersOnly: false };
    const type = item['type'];
    if (CLIENT_TOOL_CALLS.has(type)) {
      if (!insideTurn) turns += 1;
      insideTurn = true;
    } else if (typeof type === 'string' && type.endsWith('_output')) {
      insideTurn = false;
      outputs += 1;
    }
  }
  return { depth: turns + 1, answersOnly: outputs > 0 };
}
