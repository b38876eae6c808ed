import { describe, expect, it } from 'vitest';
import { createEngine, type InputSpan } from '../../processor/engine/index.ts';

const NOON = Date.UTC(2026, 9, 1, 12);
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const USED = {
  'gen_ai.request.model': 'gpt-5-mini',
  'gen_ai.usage.prompt_tokens': 1_200,
  'gen_ai.usage.completion_tokens': 300,
};

interface Written {
  readonly name: string;
  readonly attributes: InputSpan['attributes'];
  readonly scopeName?: string;
  readonly inside?: readonly Written[];
}

let next = 0;

/** The spans of one trace in the order of their ends. */
function spansOf({ inside = [], ...written }: Written, parentSpanId?: string): InputSpan[] {
  next += 1;
  const spanId = next.toString(16).padStart(16, '0');
  const depth = parentSpanId === undefined ? 0 : 10;
  return [
    ...inside.flatMap((each) => spansOf(each, spanId)),
    {
      traceId: TRACE,
      spanId,
      ...(parentSpanId !== undefined && { parentSpanId }),
      scopeName: 'somebody',
      ...written,
      startTime: NOON + depth,
      endTime: NOON + 1_000 - depth,
    },
  ];
}

/** What the spans of a trace come to: calls and nano-dollars. */
function told(root: Written): { calls: number; nanos: number; guesses: number } {
  const engine = createEngine({ now: () => NOON });
  const answers = engine.spans(spansOf(root));
  let calls = 0;
  let usd = 0;
  for (const { name, value = 0 } of engine.collect()) {
    if (name === 'costspan.calls') calls += value;
    if (name === 'costspan.cost.usd') usd += value;
  }
  const guesses = answers.filter(({ set }) => set['costspan.call.guessed'] === true).length;
  return { calls, nanos: Math.round(usd * 1e9), guesses };
}

const ONCE = { calls: 1, nanos: 900_000, guesses: 0 };

describe('spans of others', () => {
  it('count a request once that LiteLLM tells of by three', () => {
    const raw = {
      name: 'raw_gen_ai_request',
      scopeName: 'litellm',
      attributes: {
        'llm.openai.model': 'gpt-5-mini',
        'llm.openai.messages': '[]',
        'llm.openai.usage': "{'prompt_tokens': 1200, 'completion_tokens': 300}",
      },
    };
    const request = { name: 'litellm_request', scopeName: 'litellm', attributes: USED };
    const proxy = { name: 'Received Proxy Server Request', scopeName: 'litellm' };
    expect(told({ ...request, inside: [raw] })).toEqual(ONCE);
    expect(told({ ...proxy, attributes: USED, inside: [{ ...request, inside: [raw] }] })).toEqual(
      ONCE,
    );
    expect(told({ ...proxy, attributes: USED, inside: [raw] })).toEqual(ONCE);
  });

  it('count a call that Logfire tells of at its begin, too', () => {
    const begin = {
      name: 'chat gpt-5-mini',
      scopeName: 'logfire.openai',
      attributes: {
        'logfire.span_type': 'pending_span',
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-5-mini',
      },
    };
    const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai', ...USED };
    expect(told({ ...begin, attributes, inside: [begin] })).toEqual(ONCE);
  });

  it('leave it at the call where somebody whom nobody knows sums up around it', () => {
    const attributes = { 'acme.model': 'gpt-5-mini', 'acme.tokens.input': 1_200 };
    const inside = [{ name: 'litellm_request', attributes: USED }];
    expect(told({ name: 'turn', attributes, inside })).toEqual(ONCE);
  });

  it('mark what only a model and tokens tell to be a call', () => {
    const attributes = {
      'acme.model': 'gpt-5-mini',
      'acme.tokens.input': '1200',
      'acme.tokens.output': '300',
    };
    expect(told({ name: 'turn', attributes })).toEqual({ ...ONCE, guesses: 1 });
    const operation = { 'gen_ai.operation.name': 'ponder', ...USED };
    expect(told({ name: 'ponder', attributes: operation })).toEqual({ ...ONCE, guesses: 1 });
  });

  it('count a reranking that is told by tokens, and none by nothing', () => {
    const rerank = { 'gen_ai.operation.name': 'rerank', 'gen_ai.request.model': 'rerank-2.5' };
    const isBilled = { ...rerank, 'gen_ai.usage.input_tokens': 500 };
    expect(told({ name: 'rerank', attributes: isBilled })).toMatchObject({ calls: 1, guesses: 0 });
    expect(told({ name: 'rerank', attributes: rerank }).calls).toBe(0);
  });

  it('take no counting of tokens for a call', () => {
    const counted = { 'gen_ai.request.model': 'claude-sonnet-5', 'gen_ai.usage.input_tokens': 9 };
    const spans: Written[] = [
      {
        name: 'anthropic.messages.count_tokens',
        scopeName: 'com.anthropic.sdk.typescript',
        attributes: {
          'gen_ai.request.model': 'claude-sonnet-5',
          'anthropic.message.count_tokens.input_tokens': 9,
        },
      },
      { name: 'count_tokens claude-sonnet-5', attributes: counted },
      { name: 'models.countTokens', attributes: { 'acme.model': 'm', 'acme.tokens.input': 9 } },
      { name: 'x', attributes: { ...counted, 'gen_ai.operation.name': 'count_tokens' } },
      { name: 'Tokenize', attributes: counted },
    ];
    expect(spans.map((span) => told(span).calls)).toEqual([0, 0, 0, 0, 0]);
  });
});
