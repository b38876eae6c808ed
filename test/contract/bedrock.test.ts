import * as BedrockRuntime from '@aws-sdk/client-bedrock-runtime';
import { describe } from 'vitest';

import { bedrock } from '../../instrumentation/bedrock/index.ts';
import { bedrockShapes } from '../../instrumentation/bedrock/shapes.ts';
import {
  type Commands,
  SAID,
  awsError,
  clientConfig,
  converse,
  invokeModel,
} from './bedrock-fixtures.ts';
import { bedrockSpecials } from './bedrock-specials.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';

interface BedrockModule {
  readonly BedrockRuntimeClient: new (options: object) => object;
}

/** Each request has its own id and signature. */
const VARYING = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
];

describe('@aws-sdk/client-bedrock-runtime', () => {
  // Node loads its CommonJS build either way.
  const commands = BedrockRuntime as unknown as Commands;
  describePlainContract({
    instrumentation: bedrock,
    copies: copiesOf([['@aws-sdk/client-bedrock-runtime', 3]]).slice(0, 1),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as BedrockModule).BedrockRuntimeClient(clientConfig(baseURL)),
    apisOf: () => [converse(commands), invokeModel(commands)],
    specialsOf: () => bedrockSpecials(commands),
    shapes: bedrockShapes,
    content: SAID,
    errorReply: awsError,
    varyingHeaders: VARYING,
  });
});
