import { describe } from 'vitest';

import { portkey } from '../../instrumentation/portkey/index.ts';
import { portkeySdk } from '../../instrumentation/portkey/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';
import { SAID, chat, portkeySpecials } from './portkey-fixtures.ts';

interface PortkeyModule {
  readonly Portkey: new (options: object) => object;
}

describe('portkey-ai', () => {
  describePlainContract({
    instrumentation: portkey,
    // There is no build of it for ES modules.
    copies: copiesOf([['portkey-ai', 3]]).filter(({ format }) => format === 'esm'),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as PortkeyModule).Portkey({ apiKey: 'test', baseURL }),
    apisOf: () => [chat],
    specialsOf: () => portkeySpecials,
    shapes: portkeySdk.methods.map(({ shape }) => shape),
    content: SAID,
  });
});
