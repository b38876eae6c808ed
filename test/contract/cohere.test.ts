import { describe } from 'vitest';

import { cohere } from '../../instrumentation/cohere/index.ts';
import { LEGACY } from '../../instrumentation/cohere/shapes.ts';
import { SAID, chat, embed, generate, legacyChat, rerank } from './cohere-fixtures.ts';
import { cohereSpecials } from './cohere-specials.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';

type Client = new (options: object) => object;

interface CohereModule {
  readonly CohereClient: Client;
}

/** Both are CommonJS, so there is one copy of each. */
const COPIES = copiesOf([
  ['cohere7', 7],
  ['cohere-ai', 8],
]).filter(({ format }) => format === 'esm');

describe('cohere-ai, CohereClient', () => {
  describePlainContract({
    instrumentation: cohere,
    copies: COPIES,
    createClient: (moduleExports, baseUrl) =>
      new (moduleExports as CohereModule).CohereClient({
        token: 'test',
        baseUrl,
        environment: baseUrl,
        maxRetries: 0,
      }),
    apisOf: () => [legacyChat, embed(''), rerank(''), generate, chat('v2.')],
    specialsOf: () => cohereSpecials,
    shapes: Object.values(LEGACY),
    content: SAID,
  });
});
