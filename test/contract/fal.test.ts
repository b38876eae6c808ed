import { createRequire } from 'node:module';

import { describe } from 'vitest';

import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { fal } from '../../instrumentation/fal/index.ts';
import { run as runShape, submit } from '../../instrumentation/fal/shapes.ts';
import { copiesOf } from './copies.ts';
import { SAID, falSpecials, run } from './fal-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface FalModule {
  createFalClient(options: object): object;
}

/** What is watched is a module of the package that it does not export, so it is reached by its path. */
const require = createRequire(import.meta.url);
const WATCHED = require.resolve('@fal-ai/client').replace(/index\.js$/, 'request.js');
const byItsModule: SdkInstrumentation = {
  ...fal,
  patch: (loaded) => fal.patch({ ...loaded, moduleExports: require(WATCHED) as unknown }),
};

describe('@fal-ai/client', () => {
  describePlainContract({
    instrumentation: byItsModule,
    // There is no build of it for ES modules.
    copies: copiesOf([['@fal-ai/client', 1]]).filter(({ format }) => format === 'commonjs'),
    // Its hosts are its own: only what it sends by leads elsewhere.
    createClient: (moduleExports, url) =>
      (moduleExports as FalModule).createFalClient({
        credentials: 'test',
        retry: { maxRetries: 0 },
        fetch: (input: string, init: RequestInit) =>
          fetch(`${url}${new URL(input).pathname}`, init),
      }),
    apisOf: () => [run],
    specialsOf: () => falSpecials,
    shapes: [runShape, submit],
    content: SAID,
    serverAttributes: { 'server.address': 'fal.run', 'server.port': 443 },
  });
});
