import { describe, expect, it } from 'vitest';
import { chatDepth, responseInputDepth } from '../../instrumentation/core/openai-wire/depth.ts';

const user = { role: 'user', content: 'q' };
const call = { role: 'assistant', tool_calls: [{ id: 'a' }, { id: 'b' }] };
const result = { role: 'tool', tool_call_id: 'a', content: 'r' };

describe('chatDepth', () => {
  it('is 1 for a fresh question', () => {
    expect(chatDepth([{ role: 'system', content: 's' }, user])).toBe(1);
  });

  it('counts turns with tool calls, however many calls a turn holds', () => {
    expect(chatDepth([user, call, result, result, call, result])).toBe(3);
  });

  it('starts again at a new user message', () => {
    expect(chatDepth([user, call, result, { role: 'assistant', content: 'done' }, user])).toBe(1);
  });

  it('knows nothing without messages', () => {
    expect(chatDepth(undefined)).toBeUndefined();
    expect(chatDepth('text')).toBeUndefined();
  });

  it('copes with messages of any kind', () => {
    expect(chatDepth([null, 3, 'x', { role: 'assistant', tool_calls: [] }])).toBe(1);
  });
});

describe('responseInputDepth', () => {
  const asked = { type: 'function_call', call_id: '1' };
  const answered = { type: 'function_call_output', call_id: '1' };

  it('is 1 for text', () => {
    expect(responseInputDepth('hello')).toEqual({ depth: 1, answersOnly: false });
  });

  it('takes parallel calls for one turn', () => {
    const input = [user, asked, asked, answered, answered, asked, answered];
    expect(responseInputDepth(input)).toEqual({ depth: 3, answersOnly: false });
  });

  it('sees an input that only answers the previous response', () => {
    expect(responseInputDepth([answered, answered])).toEqual({ depth: 1, answersOnly: true });
  });
});
