import { NoAuthAuthenticator } from '@ibm-cloud/watsonx-ai/authentication';
import { describe } from 'vitest';

import { watsonx } from '../../instrumentation/watsonx/index.ts';
import { watsonxSdk } from '../../instrumentation/watsonx/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';
import { SAID, chat, embed, watsonxSpecials } from './watsonx-fixtures.ts';

interface WatsonxModule {
  readonly WatsonXAI: { newInstance(options: object): object };
}

describe('@ibm-cloud/watsonx-ai', () => {
  describePlainContract({
    instrumentation: watsonx,
    copies: copiesOf([['@ibm-cloud/watsonx-ai', 1]]),
    createClient: (moduleExports, serviceUrl) =>
      (moduleExports as WatsonxModule).WatsonXAI.newInstance({
        version: '2024-05-31',
        serviceUrl,
        authenticator: new NoAuthAuthenticator(),
      }),
    apisOf: () => [chat, embed],
    specialsOf: () => watsonxSpecials,
    shapes: [...new Set(watsonxSdk.methods.map(({ shape }) => shape))],
    content: SAID,
  });
});
