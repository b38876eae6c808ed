import { type Dictionary, asArray, asDictionary } from '../../providers/read.ts';

function hasToolCalls(message: Dictionary | undefined): boolean {
  return (asArray(message?.['toolCalls'])?.length ?? 0) > 0;
}

/** Turns with tool calls since the user last spoke. */
function turnsSince(user: string, assistant: string, messages: readonly unknown[]): number {
  let turns = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = asDictionary(messages[index]);
    if (message?.['role'] === user) break;
    if (message?.['role'] === assistant && hasToolCalls(message)) turns += 1;
  }
  return turns;
}

/**
 * Inference calls that a conversation of chat v2 proves, the one being sent included. `undefined`
 * without messages.
 */
export function chatDepth(messages: unknown): number | undefined {
  const list = asArray(messages);
  return list === undefined ? undefined : turnsSince('user', 'assistant', list) + 1;
}

/**
 * The same for chat v1, whose request holds what the user says now apart from the history. Results
 * of tools continue the turn, also where the history has been left out.
 */
export function legacyChatDepth(body: Dictionary): number {
  const results = asArray(body['toolResults']) ?? [];
  if (results.length === 0) return 1;
  return Math.max(1, turnsSince('USER', 'CHATBOT', asArray(body['chatHistory']) ?? [])) + 1;
}
