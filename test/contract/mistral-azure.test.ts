import { describe } from 'vitest';

import { mistralAzure } from '../../instrumentation/mistral/index.ts';
import { mistralAzureShapes } from '../../instrumentation/mistral/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, chat, servedBy } from './mistral-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface AzureModule {
  readonly MistralAzure: new (options: object) => object;
}

describe('@mistralai/mistralai-azure', () => {
  describePlainContract({
    instrumentation: mistralAzure,
    copies: copiesOf([['@mistralai/mistralai-azure', 2]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, endpoint) =>
      new (moduleExports as AzureModule).MistralAzure({ apiKey: 'test', endpoint }),
    apisOf: () => [servedBy('azure.ai.inference', chat)],
    specialsOf: () => [],
    shapes: mistralAzureShapes,
    content: SAID,
  });
});
