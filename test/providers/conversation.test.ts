import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversationDepth, onlyAnswers } from '../../providers/conversation.ts';

/** How one API writes the entries of a conversation. */
interface Dialect {
  /** The user speaks. */
  readonly user: unknown;
  /** The model asks for two tools at once. */
  readonly asks: readonly unknown[];
  /** What those tools gave. */
  readonly answers: readonly unknown[];
  /** The model answers in words, or by tools of the provider's own. */
  readonly says: unknown;
}

const of = (type: string): object => ({ getType: () => type });

const DIALECTS: Readonly<Record<string, Dialect>> = {
  'chat completions': {
    user: { role: 'user', content: 'q' },
    asks: [{ role: 'assistant', content: null, tool_calls: [{ id: 'a' }, { id: 'b' }] }],
    answers: [
      { role: 'tool', tool_call_id: 'a', content: 'r' },
      { role: 'tool', tool_call_id: 'b', content: 'r' },
    ],
    says: { role: 'assistant', content: 'done', tool_calls: [] },
  },
  'chat completions with functions': {
    user: { role: 'user', content: [{ type: 'text', text: 'q' }] },
    asks: [{ role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } }],
    answers: [{ role: 'function', name: 'f', content: 'r' }],
    says: { role: 'assistant', content: 'done', function_call: null },
  },
  responses: {
    user: { role: 'user', content: 'q' },
    asks: [
      { type: 'function_call', call_id: '1' },
      { type: 'custom_tool_call', call_id: '2' },
    ],
    answers: [
      { type: 'function_call_output', call_id: '1' },
      { type: 'custom_tool_call_output', call_id: '2' },
    ],
    says: { type: 'web_search_call', status: 'completed' },
  },
  'Anthropic messages': {
    user: { role: 'user', content: [{ type: 'text', text: 'q' }] },
    asks: [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see.' },
          { type: 'tool_use', id: 'a' },
          { type: 'tool_use', id: 'b' },
        ],
      },
    ],
    answers: [
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: 'r' },
          { type: 'text', text: 'Be brief.' },
        ],
      },
    ],
    says: { role: 'assistant', content: [{ type: 'server_tool_use', id: 's' }] },
  },
  Converse: {
    user: { role: 'user', content: [{ text: 'q' }] },
    asks: [{ role: 'assistant', content: [{ toolUse: { toolUseId: 'a' } }] }],
    answers: [{ role: 'user', content: [{ toolResult: { toolUseId: 'a' } }] }],
    says: { role: 'assistant', content: [{ text: 'done' }] },
  },
  'Gemini contents': {
    user: { parts: [{ text: 'q' }] },
    asks: [{ role: 'model', parts: [{ functionCall: {} }, { functionCall: {} }] }],
    answers: [{ role: 'user', parts: [{ functionResponse: {} }, { functionResponse: {} }] }],
    says: { role: 'model', parts: [{ text: 'done' }] },
  },
  'Gemini interactions': {
    user: { type: 'user_input', content: [] },
    asks: [
      { type: 'function_call', id: 'a' },
      { type: 'function_call', id: 'b' },
    ],
    answers: [
      { type: 'function_result', call_id: 'a' },
      { type: 'function_result', call_id: 'b' },
    ],
    says: { type: 'model_output', content: [] },
  },
  'the AI SDK': {
    user: { role: 'user', content: [{ type: 'text', text: 'q' }] },
    asks: [{ role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'a' }] }],
    answers: [{ role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a' }] }],
    says: { role: 'assistant', content: [{ type: 'tool-call', providerExecuted: true }] },
  },
  LangChain: {
    user: of('human'),
    asks: [{ ...of('ai'), tool_calls: [{ id: 'a' }, { id: 'b' }] }],
    answers: [of('tool'), of('tool')],
    says: { ...of('ai'), tool_calls: [] },
  },
  'Cohere, version 2': {
    user: { role: 'user', content: 'q' },
    asks: [{ role: 'assistant', toolCalls: [{ id: 'a' }, { id: 'b' }] }],
    answers: [{ role: 'tool', toolCallId: 'a', content: 'r' }],
    says: { role: 'assistant', content: 'done' },
  },
  'Cohere, version 1': {
    user: { role: 'USER', message: 'q' },
    asks: [{ role: 'CHATBOT', message: '', toolCalls: [{ name: 'a' }] }],
    answers: [{ role: 'TOOL', toolResults: [] }],
    says: { role: 'CHATBOT', message: 'done' },
  },
};

describe.each(Object.entries(DIALECTS))('a conversation of %s', (_, dialect) => {
  const { user, asks, answers, says } = dialect;

  it('is at depth 1 with a new question, whatever was before', () => {
    expect(conversationDepth([user])).toBe(1);
    expect(conversationDepth([{ role: 'system', content: 's' }, user])).toBe(1);
    expect(conversationDepth([user, ...asks, ...answers, says, user])).toBe(1);
  });

  it('counts turns with calls, however many calls a turn holds', () => {
    const turn = [...asks, ...answers];
    expect(conversationDepth([user, ...turn])).toBe(2);
    expect(conversationDepth([user, ...turn, ...turn, ...turn])).toBe(4);
    expect(conversationDepth([user, ...turn, says, ...turn])).toBe(3);
  });

  it('tells a request that only brings results', () => {
    expect(onlyAnswers(answers)).toBe(true);
    expect(conversationDepth(answers)).toBe(1);
    expect(onlyAnswers([...answers, user])).toBe(false);
    expect(onlyAnswers([user])).toBe(false);
  });
});

describe('conversationDepth', () => {
  it('takes a text for a question, and nothing for no conversation', () => {
    expect(conversationDepth('hello')).toBe(1);
    expect(conversationDepth(['hello'])).toBe(1);
    expect(conversationDepth({ parts: [{ text: 'hello' }] })).toBe(1);
    expect(conversationDepth([])).toBe(1);
    expect(conversationDepth(undefined)).toBeUndefined();
    expect(conversationDepth(null)).toBeUndefined();
    expect(onlyAnswers('hello')).toBe(false);
  });

  it('copes with messages of any kind', () => {
    expect(conversationDepth([null, 3, 'x', { role: 'assistant', tool_calls: [] }])).toBe(1);
    fc.assert(
      fc.property(fc.array(fc.anything()), (messages) => {
        expect(conversationDepth(messages)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});
