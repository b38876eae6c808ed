import { SAME_ID, methodOf } from './openai-fixtures.ts';
import { OK, type Special } from './special.ts';
import { drain } from './transcript.ts';

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  model: 'openai/gpt-5.2',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Twice its half.' }],
    },
  ],
  usage: {
    input_tokens: 120,
    output_tokens: 30,
    total_tokens: 150,
    tool_calls_details: { web_search: { invocation: 2 } },
    cost: {
      currency: 'USD',
      input_cost: 0.0002,
      output_cost: 0.0003,
      tool_calls_cost: 0.01,
      total_cost: 0.0105,
    },
  },
};

/** Its other APIs, each of which says or implies what it costs. */
export const perplexitySpecials: readonly Special[] = [
  {
    name: 'responses, with their tools',
    replies: [{ headers: SAME_ID, json: RESPONSE }],
    run: async ({ client }) =>
      methodOf(client, 'responses.create')({ preset: 'pro-search', input: 'string' }),
    expected: [OK],
  },
  {
    name: 'responses as a stream',
    replies: [
      {
        headers: SAME_ID,
        sse: [
          { type: 'response.created', sequence_number: 0, response: RESPONSE },
          { type: 'response.output_text.delta', sequence_number: 1, delta: 'Twice its half.' },
          { type: 'response.completed', sequence_number: 2, response: RESPONSE },
        ],
      },
    ],
    run: async ({ client, moduleExports }) =>
      drain(
        moduleExports,
        (await methodOf(
          client,
          'responses.create',
        )({
          preset: 'pro-search',
          input: 'string',
          stream: true,
        })) as AsyncIterable<unknown>,
      ),
    expected: [OK],
  },
  {
    name: 'embeddings',
    replies: [
      {
        headers: SAME_ID,
        json: {
          object: 'list',
          model: 'pplx-embed-v1-4b',
          data: [{ object: 'embedding', index: 0, embedding: 'AQID' }],
          usage: { prompt_tokens: 9, total_tokens: 9, cost: { total_cost: 0.000_001 } },
        },
      },
    ],
    run: async ({ client }) =>
      methodOf(client, 'embeddings.create')({ model: 'pplx-embed-v1-4b', input: 'string' }),
    expected: [OK],
  },
  {
    name: 'a search, which is one whatever it finds',
    replies: [{ headers: SAME_ID, json: { id: 'search_1', results: [] } }],
    run: async ({ client }) => methodOf(client, 'search.create')({ query: 'string' }),
    expected: [{ ...OK, counts: { webSearches: 1 } }],
  },
];
