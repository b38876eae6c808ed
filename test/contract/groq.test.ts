import { describe } from 'vitest';

import { groq } from '../../instrumentation/groq/index.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';
import { groqChat, groqSpecials } from './groq-fixtures.ts';

interface GroqModule {
  readonly default: new (options: object) => object;
  readonly Groq?: new (options: object) => object;
}

describe('groq-sdk', () => {
  describeContract({
    instrumentation: groq,
    copies: copiesOf([
      ['groq0', 0],
      ['groq-sdk', 1],
    ]),
    createClient: (moduleExports, options) => {
      const { Groq, default: fallback } = moduleExports as GroqModule;
      return new (Groq ?? fallback)({ apiKey: 'gsk-test', ...options });
    },
    apisOf: () => [groqChat],
    specialsOf: () => groqSpecials,
  });
});
