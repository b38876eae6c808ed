import { describe } from 'vitest';

import { mistralGcp } from '../../instrumentation/mistral/index.ts';
import { mistralGcpShapes } from '../../instrumentation/mistral/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, chat, fillIn, servedBy } from './mistral-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

type Client = new (options: object) => object;

interface GcpModule {
  readonly MistralGCP?: Client;
  readonly MistralGoogleCloud?: Client;
}

describe('@mistralai/mistralai-gcp', () => {
  describePlainContract({
    instrumentation: mistralGcp,
    copies: copiesOf([
      ['mistral-gcp1', 1],
      ['@mistralai/mistralai-gcp', 2],
    ]).filter(({ format }) => format === 'esm'),
    createClient(moduleExports, serverURL) {
      const { MistralGCP, MistralGoogleCloud } = moduleExports as GcpModule;
      const VertexClient = (MistralGCP ?? MistralGoogleCloud) as Client;
      const client = new VertexClient({ projectId: 'contoso', apiKey: async () => 'test' });
      // The SDK takes no other server than Google's; its resources are made with these options.
      Object.assign(Reflect.get(client, '_options') as object, { serverURL });
      return client;
    },
    apisOf: ({ major }) =>
      [chat, fillIn]
        .map((api) => servedBy('gcp.vertex_ai', api))
        .map((api) => (major === 1 ? { ...api, leavesOut: ['an answer that is no JSON'] } : api)),
    specialsOf: () => [],
    shapes: mistralGcpShapes,
    content: SAID,
  });
});
