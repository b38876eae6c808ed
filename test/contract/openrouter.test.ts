import { describe } from 'vitest';

import { openRouter } from '../../instrumentation/openrouter/index.ts';
import { openRouterShapes } from '../../instrumentation/openrouter/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, chat, embed, openRouterSpecials } from './openrouter-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface OpenRouterModule {
  readonly OpenRouter: new (options: object) => object;
}

describe('@openrouter/sdk', () => {
  describePlainContract({
    instrumentation: openRouter,
    copies: copiesOf([
      ['openrouter0', 0],
      ['@openrouter/sdk', 1],
    ]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, serverURL) =>
      new (moduleExports as OpenRouterModule).OpenRouter({
        apiKey: 'test',
        serverURL,
        retryConfig: { strategy: 'none' },
      }),
    apisOf: () => [chat, embed],
    specialsOf: () => openRouterSpecials,
    shapes: openRouterShapes,
    content: SAID,
  });
});
