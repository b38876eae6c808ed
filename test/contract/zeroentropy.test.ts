import { describe } from 'vitest';

import { zeroEntropy } from '../../instrumentation/zeroentropy/index.ts';
import { zeroEntropySdk } from '../../instrumentation/zeroentropy/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { methodOf } from './openai-fixtures.ts';
import type { PlainApi } from './plain-api.ts';
import { describePlainContract } from './plain-suite.ts';

interface ZeroEntropyModule {
  readonly ZeroEntropy: new (options: object) => object;
}

const PROMPT = 'How long is a piece of string?';

const embed: PlainApi = {
  name: 'models.embed',
  takesSignal: true,
  whole: {
    reply: {
      json: { results: [{ embedding: [0.1, 0.2] }], usage: { total_bytes: 30, total_tokens: 8 } },
    },
    call: (client, { prompt = PROMPT, signal }) =>
      methodOf(client, 'models.embed')(
        { model: 'zembed-1', input: prompt, input_type: 'query' },
        signal && { signal },
      ),
    attributes: {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'zeroentropy',
      'gen_ai.request.model': 'zembed-1',
      'gen_ai.usage.input_tokens': 8,
    },
    usage: { input: 8 },
  },
};

const rerank: PlainApi = {
  name: 'models.rerank',
  takesSignal: true,
  whole: {
    reply: {
      json: {
        results: [{ index: 0, relevance_score: 0.9 }],
        total_bytes: 60,
        total_tokens: 21,
        e2e_latency: 0.1,
      },
    },
    call: (client, { prompt = PROMPT, signal }) =>
      methodOf(client, 'models.rerank')(
        { model: 'zerank-2', query: prompt, documents: ['Twice its half', 'whole'] },
        signal && { signal },
      ),
    attributes: {
      'gen_ai.operation.name': 'rerank',
      'gen_ai.provider.name': 'zeroentropy',
      'gen_ai.request.model': 'zerank-2',
      'gen_ai.usage.input_tokens': 21,
    },
    usage: { input: 21 },
  },
};

describe('zeroentropy', () => {
  describePlainContract({
    instrumentation: zeroEntropy,
    copies: copiesOf([['zeroentropy', 0]]),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as ZeroEntropyModule).ZeroEntropy({
        apiKey: 'test',
        baseURL,
        maxRetries: 0,
      }),
    apisOf: () => [embed, rerank],
    specialsOf: () => [],
    shapes: zeroEntropySdk.methods.map(({ shape }) => shape),
    content: /piece of string|Twice its half/,
  });
});
