import { describe } from 'vitest';

import { perplexity } from '../../instrumentation/perplexity/index.ts';
import { compatibleChat } from './compatible-fixtures.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';
import { perplexitySpecials } from './perplexity-fixtures.ts';

interface PerplexityModule {
  readonly Perplexity: new (options: object) => object;
}

describe('@perplexity-ai/perplexity_ai', () => {
  describeContract({
    instrumentation: perplexity,
    // There is no build of it for CommonJS.
    copies: copiesOf([['@perplexity-ai/perplexity_ai', 0]]).filter(
      ({ format }) => format === 'esm',
    ),
    createClient: (moduleExports, options) =>
      new (moduleExports as PerplexityModule).Perplexity({ apiKey: 'pplx-test', ...options }),
    apisOf: () => [
      compatibleChat({
        provider: 'perplexity',
        model: 'sonar-pro',
        usage: { cost: { total_cost: 0.0123, currency: 'USD' } },
      }),
    ],
    specialsOf: () => perplexitySpecials,
  });
});
