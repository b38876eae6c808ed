/** A body that no provider should send. */
export interface BadAnswer {
  readonly name: string;
  readonly body: string;
  readonly stream: boolean;
}

const MEGABYTE = 1_000_000;

/** Usage in the words of all three APIs. */
function usageOf(count: unknown): Record<string, unknown> {
  return {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    prompt_tokens_details: { cached_tokens: count },
    output_tokens_details: { reasoning_tokens: count, thinking_tokens: count },
  };
}

/** An answer that all three APIs can read, one way or another. */
function answer(more: object = {}): object {
  return {
    id: 'same-id',
    type: 'message',
    model: 'gpt-4o',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'So.' } }],
    content: [{ type: 'text', text: 'So.' }],
    output: [],
    usage: usageOf(7),
    ...more,
  };
}

function whole(name: string, body: object | string | null): BadAnswer {
  return { name, stream: false, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const chunk = (more: object = {}): object => ({
  id: 'same-id',
  model: 'gpt-4o',
  choices: [{ index: 0, delta: { content: 'So' }, finish_reason: null }],
  ...more,
});
const line = (event: object | string): string =>
  `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;

function streamed(name: string, ...lines: readonly string[]): BadAnswer {
  return { name, stream: true, body: lines.join('') };
}

export function badAnswers(): readonly BadAnswer[] {
  const text = JSON.stringify(answer());
  return [
    whole('cut in half', text.slice(0, text.length / 2)),
    whole('nothing at all', ''),
    whole('a page of HTML', '<html><body>Bad gateway</body></html>'),
    whole('null', null),
    whole('a number', '42'),
    whole('a list', '[[[]]]'),
    whole(
      'an object within itself a thousand times',
      `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
    ),
    whole('the same response again', answer()),
    whole('the same response once more', answer()),
    whole('no usage', answer({ usage: null })),
    whole('usage in words', answer({ usage: 'seven' })),
    whole('negative usage', answer({ usage: usageOf(-7) })),
    whole('usage beyond all numbers', answer({ usage: usageOf(1e300) })),
    whole('usage as text', answer({ usage: usageOf('7') })),
    whole('usage in lists', answer({ usage: usageOf([7]) })),
    whole(
      'names as numbers',
      answer({ id: 5, model: 6, service_tier: 7, choices: {}, content: 8 }),
    ),
    whole('a prototype', '{"__proto__":{"polluted":true},"constructor":null,"toString":1}'),
    whole('five megabytes', answer({ system_fingerprint: 'x'.repeat(5 * MEGABYTE) })),
    whole('a model name of a megabyte', answer({ model: 'x'.repeat(MEGABYTE) })),
    streamed('no events'),
    streamed('half an event', line(chunk()), 'data: {"id":"same-'),
    streamed('no JSON', line(chunk()), line('not json'), line(chunk())),
    streamed('null events', line('null'), line('42'), line('[]'), line('[DONE]')),
    streamed('noise', ': ping\n\nretry: x\n\nid\n\nevent: odd\n\n', line(chunk()), '\u0000\n\n'),
    streamed('two ends', line(chunk()), line('[DONE]'), line('[DONE]'), line(chunk())),
    streamed(
      'usage three times',
      ...[3, 5, 7].map((count) => line(chunk({ usage: usageOf(count) }))),
      line('[DONE]'),
    ),
    streamed(
      'an event of five megabytes',
      line(chunk({ extra: 'x'.repeat(5 * MEGABYTE) })),
      line('[DONE]'),
    ),
    streamed('ten thousand events', line(chunk()).repeat(10_000), line('[DONE]')),
    streamed(
      'odd choices',
      line(chunk({ choices: [null, 5, {}, { delta: null }] })),
      line('[DONE]'),
    ),
    streamed(
      "Anthropic's events in disorder",
      ...[
        { type: 'message_stop' },
        { type: 'message_delta', delta: null, usage: usageOf(9) },
        { type: 'message_start', message: null },
        { type: 'content_block_delta', index: 9, delta: {} },
        { type: 'message_start', message: answer() },
      ].map((event) => `event: ${event.type}\n${line(event)}`),
    ),
    streamed(
      'the events of responses in disorder',
      ...[
        { type: 'response.completed', response: null },
        { type: 'response.output_text.delta', delta: 5 },
        { type: 'response.completed', response: answer() },
        { type: 'response.created', response: answer() },
      ].map((event) => `event: ${event.type}\n${line(event)}`),
    ),
  ];
}
