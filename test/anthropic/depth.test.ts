import { describe, expect, it } from 'vitest';

import { conversationDepth } from '../../instrumentation/core/anthropic-wire/depth.ts';

const QUESTION = { role: 'user', content: 'How long?' };
const TOOL_TURN = {
  role: 'assistant',
  content: [
    { type: 'text', text: 'Let me see.' },
    { type: 'tool_use', id: 't' },
  ],
};
const RESULT = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: '2' }] };
const REMINDED = {
  role: 'user',
  content: [...RESULT.content, { type: 'text', text: 'Be brief.' }],
};
const ANSWER = { role: 'assistant', content: 'Two.' };
const SERVER_TOOL = { role: 'assistant', content: [{ type: 'server_tool_use', id: 's' }] };

describe('conversationDepth', () => {
  it.each([
    ['a first question', [QUESTION], 1, false],
    ['a question of blocks', [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], 1, false],
    ['two turns with tools', [QUESTION, TOOL_TURN, RESULT, TOOL_TURN, RESULT], 3, false],
    ['text beside the results', [QUESTION, TOOL_TURN, REMINDED, TOOL_TURN, RESULT], 3, false],
    ['a new question after a loop', [QUESTION, TOOL_TURN, RESULT, ANSWER, QUESTION], 1, false],
    ["the provider's own tools", [QUESTION, SERVER_TOOL], 1, false],
    [
      'several calls in one turn',
      [
        QUESTION,
        { role: 'assistant', content: [...TOOL_TURN.content, ...TOOL_TURN.content] },
        RESULT,
      ],
      2,
      false,
    ],
    ['only the answer to an earlier response', [RESULT], 1, true],
    ['messages of the wrong kind', [null, 5, { role: 'user' }], 1, false],
    ['no messages', [], 1, false],
    ['no list', 'messages', undefined, false],
  ])('reads %s', (_, messages, depth, answersOnly) => {
    expect(conversationDepth(messages)).toEqual({ depth, answersOnly });
  });
});
