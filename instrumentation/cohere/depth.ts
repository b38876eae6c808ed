import { conversationDepth } from '../../providers/conversation.ts';
import { type Dictionary, asArray } from '../../providers/read.ts';

/**
 * Inference calls that a request of chat v1 proves, which holds what the user says now apart from
 * the history. Results of tools continue the turn, also where the history has been left out.
 */
export function legacyChatDepth(body: Dictionary): number {
  const results = asArray(body['toolResults']) ?? [];
  if (results.length === 0) return 1;
  return Math.max(2, conversationDepth(asArray(body['chatHistory']) ?? []) ?? 1);
}
