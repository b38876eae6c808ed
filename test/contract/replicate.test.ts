import { describe } from 'vitest';

import { replicate } from '../../instrumentation/replicate/index.ts';
import { prediction, streamedPrediction } from '../../instrumentation/replicate/shapes.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';
import { SAID, create, replicateSpecials, run } from './replicate-fixtures.ts';

type Client = new (options: object) => object;

describe('replicate', () => {
  describePlainContract({
    instrumentation: replicate,
    // There is no build of it for ES modules.
    copies: copiesOf([['replicate', 1]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, baseUrl) =>
      new (moduleExports as { readonly default: Client }).default({ auth: 'test', baseUrl }),
    apisOf: () => [run, create],
    specialsOf: replicateSpecials,
    shapes: [prediction, streamedPrediction],
    content: SAID,
  });
});
