import { describe } from 'vitest';

import { cerebras } from '../../instrumentation/cerebras/index.ts';
import { compatibleChat } from './compatible-fixtures.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';
import { SAME_ID, methodOf } from './openai-fixtures.ts';
import { OK } from './special.ts';

interface CerebrasModule {
  readonly default: new (options: object) => object;
  readonly Cerebras?: new (options: object) => object;
}

const MODEL = 'gpt-oss-120b';

describe('@cerebras/cerebras_cloud_sdk', () => {
  describeContract({
    instrumentation: cerebras,
    copies: copiesOf([['@cerebras/cerebras_cloud_sdk', 1]]),
    createClient: (moduleExports, options) => {
      const { Cerebras, default: fallback } = moduleExports as CerebrasModule;
      const Client = Cerebras ?? fallback;
      return new Client({ apiKey: 'csk-test', warmTCPConnection: false, ...options });
    },
    // It gives an event only when the next one has come.
    apisOf: () => [{ ...compatibleChat({ provider: 'cerebras', model: MODEL }), hangAfter: 4 }],
    specialsOf: () => [
      {
        name: 'completions',
        replies: [
          {
            headers: SAME_ID,
            json: {
              id: 'cmpl-1',
              object: 'text_completion',
              model: MODEL,
              choices: [{ index: 0, text: ' half', finish_reason: 'length' }],
              usage: { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 },
            },
          },
        ],
        run: async ({ client }) =>
          methodOf(client, 'completions.create')({ model: MODEL, prompt: 'Twice its' }),
        expected: [OK],
      },
    ],
  });
});
