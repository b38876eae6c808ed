import { describe } from 'vitest';

import { voyage } from '../../instrumentation/voyage/index.ts';
import { voyageSdk } from '../../instrumentation/voyage/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';
import { SAID, contextualizedEmbed, embed, multimodalEmbed, rerank } from './voyage-fixtures.ts';

interface VoyageModule {
  readonly VoyageAIClient: new (options: object) => object;
}

/** Without a build of its own for ES modules in version 0.0. */
const COPIES = copiesOf([
  ['voyage00', 0],
  ['voyageai', 4],
]).filter(({ major, format }) => major === 4 || format === 'esm');

describe('voyageai', () => {
  describePlainContract({
    instrumentation: voyage,
    copies: COPIES,
    createClient: (moduleExports, environment) =>
      new (moduleExports as VoyageModule).VoyageAIClient({
        apiKey: 'test',
        environment,
        maxRetries: 0,
      }),
    apisOf: ({ major }) =>
      major === 4 ? [embed, rerank, multimodalEmbed, contextualizedEmbed] : [embed, rerank],
    specialsOf: () => [],
    shapes: voyageSdk.methods.map(({ shape }) => shape),
    content: SAID,
  });
});
