import { describe } from 'vitest';

import { together } from '../../instrumentation/together/index.ts';
import { describeContract } from './contract-suite.ts';
import { copiesOf } from './copies.ts';
import { togetherChat, togetherSpecials } from './together-fixtures.ts';

interface TogetherModule {
  readonly default: new (options: object) => object;
  readonly Together?: new (options: object) => object;
}

describe('together-ai', () => {
  describeContract({
    instrumentation: together,
    // All versions begin with 0, so the second number tells them apart.
    copies: copiesOf([
      ['together0', 6],
      ['together-ai', 52],
    ]),
    createClient: (moduleExports, options) => {
      const { Together, default: fallback } = moduleExports as TogetherModule;
      return new (Together ?? fallback)({ apiKey: 'key-test', ...options });
    },
    // Version 0.6 gives an event only when the next one has come.
    apisOf: ({ major }) => [major === 6 ? { ...togetherChat, hangAfter: 4 } : togetherChat],
    specialsOf: togetherSpecials,
  });
});
