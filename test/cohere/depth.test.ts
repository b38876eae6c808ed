import { describe, expect, it } from 'vitest';

import { chatDepth, legacyChatDepth } from '../../instrumentation/cohere/depth.ts';

const user = { role: 'user', content: 'q' };
const calls = { role: 'assistant', toolCalls: [{ id: 'a' }, { id: 'b' }] };
const result = { role: 'tool', toolCallId: 'a', content: 'r' };

describe('chatDepth', () => {
  it('counts turns with tool calls since the user last spoke', () => {
    expect(chatDepth([user])).toBe(1);
    expect(chatDepth([user, calls, result, result, calls, result])).toBe(3);
    expect(chatDepth([user, calls, result, { role: 'assistant', content: 'done' }, user])).toBe(1);
  });

  it('knows nothing without messages', () => {
    expect(chatDepth(undefined)).toBeUndefined();
    expect(chatDepth('q')).toBeUndefined();
  });
});

describe('legacyChatDepth', () => {
  const asked = { role: 'USER', message: 'q' };
  const called = { role: 'CHATBOT', message: '', toolCalls: [{ name: 'a', parameters: {} }] };
  const toolResults = [{ call: { name: 'a', parameters: {} }, outputs: [{}] }];

  it('is 1 for a new message, whatever the history', () => {
    expect(legacyChatDepth({ message: 'q', chatHistory: [asked, called] })).toBe(1);
  });

  it('counts the turns whose results come', () => {
    const chatHistory = [asked, called, { role: 'TOOL', toolResults }, called];
    expect(legacyChatDepth({ message: '', chatHistory, toolResults })).toBe(3);
  });

  it('is at least 2 with results, also without a history', () => {
    expect(legacyChatDepth({ message: 'q', toolResults })).toBe(2);
  });
});
