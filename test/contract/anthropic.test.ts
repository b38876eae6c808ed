import { describe } from 'vitest';

import { anthropic } from '../../instrumentation/anthropic/index.ts';
import { messagesApi } from './anthropic-fixtures.ts';
import { anthropicSpecials } from './anthropic-specials.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';

interface AnthropicModule {
  readonly Anthropic: new (options: object) => object;
}

describe('@anthropic-ai/sdk', () => {
  describeContract({
    instrumentation: anthropic,
    copies: copiesOf([
      ['anthropic027', 0.27],
      ['anthropic0', 0.137],
      ['@anthropic-ai/sdk', 1],
    ]),
    createClient: (moduleExports, options) =>
      new (moduleExports as AnthropicModule).Anthropic({ apiKey: 'sk-test', ...options }),
    apisOf: ({ major }) => [
      messagesApi('messages'),
      messagesApi(major === 0.27 ? 'beta.promptCaching.messages' : 'beta.messages'),
    ],
    specialsOf: anthropicSpecials,
  });
});
