import { describe } from 'vitest';

import { openai } from '../../instrumentation/openai/index.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';
import { chatCompletions, responses } from './openai-fixtures.ts';
import { openaiSpecials } from './openai-specials.ts';

interface OpenAiModule {
  readonly OpenAI: new (options: object) => object;
}

describe('openai', () => {
  describeContract({
    instrumentation: openai,
    copies: copiesOf([
      ['openai4', 4],
      ['openai5', 5],
      ['openai6', 6],
      ['openai', 7],
    ]),
    createClient: (moduleExports, options) =>
      new (moduleExports as OpenAiModule).OpenAI({ apiKey: 'sk-test', ...options }),
    apisOf: () => [chatCompletions, responses],
    specialsOf: openaiSpecials,
  });
});
