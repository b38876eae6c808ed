import { asArray, asDictionary } from '../../../providers/read.ts';

export interface ConversationDepth {
  /** `undefined` where the request holds no conversation. */
  readonly depth: number | undefined;
  /** No message of the user's own stands in it: it only answers what an earlier response asked. */
  readonly answersOnly: boolean;
}

/**
 * Inference calls that a conversation proves, the one being sent included: the assistant turns with
 * tool calls since the user last spoke, plus one. A message that brings tool results goes on with
 * the loop, also when text stands beside them.
 */
export function conversationDepth(messages: unknown): ConversationDepth {
  const list = asArray(messages);
  if (list === undefined) return { depth: undefined, answersOnly: false };
  let turns = 0;
  let results = false;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const message = asDictionary(list[index]);
    const content = message?.['content'];
    if (message?.['role'] === 'user') {
      if (!hasBlock(content, 'tool_result')) return { depth: turns + 1, answersOnly: false };
      results = true;
    } else if (message?.['role'] === 'assistant' && hasBlock(content, 'tool_use')) {
      turns += 1;
    }
  }
  return { depth: turns + 1, answersOnly: results };
}

function hasBlock(content: unknown, type: string): boolean {
  return asArray(content)?.some((block) => asDictionary(block)?.['type'] === type) ?? false;
}
