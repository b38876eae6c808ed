import { describe, expect, it } from 'vitest';

import { legacyChatDepth } from '../../instrumentation/cohere/depth.ts';

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
