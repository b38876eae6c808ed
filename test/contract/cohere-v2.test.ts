import { describe } from 'vitest';

import { cohere } from '../../instrumentation/cohere/index.ts';
import { CURRENT } from '../../instrumentation/cohere/shapes.ts';
import { SAID, chat, embed, rerank } from './cohere-fixtures.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';

type Client = new (options: object) => object;

interface CohereModule {
  readonly CohereClientV2: Client;
}

/** Both are CommonJS, so there is one copy of each. */
const COPIES = copiesOf([
  ['cohere7', 7],
  ['cohere-ai', 8],
]).filter(({ format }) => format === 'esm');

describe('cohere-ai, CohereClientV2', () => {
  describePlainContract({
    instrumentation: cohere,
    copies: COPIES,
    createClient: (moduleExports, baseUrl) =>
      new (moduleExports as CohereModule).CohereClientV2({
        token: 'test',
        baseUrl,
        environment: baseUrl,
        maxRetries: 0,
      }),
    apisOf: () => [chat(''), embed(''), rerank('')],
    specialsOf: () => [],
    shapes: Object.values(CURRENT),
    content: SAID,
  });
});
