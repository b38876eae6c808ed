import { describe } from 'vitest';

import { mistral } from '../../instrumentation/mistral/index.ts';
import { mistralShapes } from '../../instrumentation/mistral/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, chat, conversations, embed, fillIn, mistralSpecials } from './mistral-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface MistralModule {
  readonly Mistral: new (options: object) => object;
}

describe('@mistralai/mistralai', () => {
  describePlainContract({
    instrumentation: mistral,
    // Version 1 is CommonJS and version 2 ESM, so there is one copy of each.
    copies: copiesOf([
      ['mistral1', 1],
      ['@mistralai/mistralai', 2],
    ]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, serverURL) =>
      new (moduleExports as MistralModule).Mistral({ apiKey: 'test', serverURL }),
    apisOf: ({ major }) =>
      [chat, fillIn, embed, conversations].map((api) =>
        major === 1 ? { ...api, leavesOut: ['an answer that is no JSON'] } : api,
      ),
    specialsOf: mistralSpecials,
    shapes: mistralShapes,
    content: SAID,
  });
});
