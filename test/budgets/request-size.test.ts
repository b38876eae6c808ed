import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnbilledError } from '../../instrumentation/core/call/refusal.ts';
import { measureRequest } from '../../instrumentation/core/call/request-size.ts';

describe('measureRequest', () => {
  it('counts no fewer bytes than there is text, whatever the request is made of', () => {
    const texts = (value: unknown): number =>
      typeof value === 'string'
        ? Buffer.byteLength(value)
        : typeof value === 'object' && value !== null
          ? Object.values(value).reduce<number>((sum, inner) => sum + texts(inner), 0)
          : 0;
    assert(
      property(jsonValue(), (value) => {
        expect(measureRequest(value).bytes).toBeGreaterThanOrEqual(texts(value));
      }),
    );
  });

  it('counts what has no length of its own apart', () => {
    const image = `data:image/png;base64,${'A'.repeat(5000)}`;
    const request = {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: image } }, 'B'.repeat(2000)],
        },
        { role: 'user', content: '长'.repeat(2000) },
      ],
      previous_response_id: 'resp_1',
      tools: [{ type: 'web_search_20250305', max_uses: 3 }, { type: 'web_search' }],
      file: new Uint8Array(9),
    };
    const size = measureRequest(request);
    expect(size).toMatchObject({ refersToStored: true, webSearches: 8 });
    expect(size.attachments).toBeGreaterThanOrEqual(3);
    expect(size.bytes).toBeGreaterThan(6000);
    expect(size.bytes).toBeLessThan(7000);
  });

  it.each<[string, object, object]>([
    [
      'OpenAI',
      { tools: [{ type: 'web_search_preview' }, { type: 'file_search' }, { type: 'function' }] },
      { webSearches: 5, mayUse: { webSearchPreviews: 5, fileSearches: 5 } },
    ],
    [
      'OpenAI with a limit of all tools',
      { tools: [{ type: 'web_search' }, { type: 'file_search' }], max_tool_calls: 2 },
      { webSearches: 2, mayUse: { fileSearches: 2 } },
    ],
    [
      'Gemini',
      { config: { tools: [{ googleSearch: {} }, { googleMaps: {} }] } },
      { webSearches: 1, mayUse: { mapSearches: 1 } },
    ],
    [
      'xAI',
      { tools: [{ type: 'x_search' }, { type: 'code_interpreter' }] },
      { webSearches: 5, mayUse: { codeExecutions: 5 } },
    ],
    [
      'the AI SDK',
      { tools: [{ type: 'provider', id: 'anthropic.web_search_20250305', args: { maxUses: 2 } }] },
      { webSearches: 2, mayUse: undefined },
    ],
    [
      'a conversation that tells of searches',
      { messages: [{ role: 'assistant', content: [{ type: 'web_search_tool_result' }] }] },
      { webSearches: 0, mayUse: undefined },
    ],
    [
      'a function with the name of a tool',
      { tools: [{ type: 'function', name: 'web_search', parameters: { googleSearch: {} } }] },
      { webSearches: 0, mayUse: undefined },
    ],
  ])('counts how often the tools of a request may run: %s', (_, request, expected) => {
    expect(measureRequest(request)).toMatchObject(expected);
  });

  it('takes the text of a plain prompt for no stored one', () => {
    expect(measureRequest({ prompt: 'hello' }).refersToStored).toBe(false);
    expect(measureRequest({ prompt: { id: 'pmpt_1' } }).refersToStored).toBe(true);
  });
});

describe('isUnbilledError', () => {
  it.each([
    [{ status: 429 }, true],
    [{ status: 400 }, true],
    [{ $metadata: { httpStatusCode: 403 } }, true],
    [{ cause: { cause: { code: 'ECONNREFUSED' } } }, true],
    [{ status: 500 }, false],
    [{ status: 408 }, false],
    [{ cause: { code: 'ECONNRESET' } }, false],
    ['text', false],
    [undefined, false],
  ])('judges %j', (error, expected) => {
    expect(isUnbilledError(error)).toBe(expected);
  });
});
