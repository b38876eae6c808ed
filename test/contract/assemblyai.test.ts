import { describe } from 'vitest';

import { assemblyAi } from '../../instrumentation/assemblyai/index.ts';
import { assemblyAiSdk } from '../../instrumentation/assemblyai/instrumentation.ts';
import {
  SAID,
  assemblyAiSpecials,
  gatewayChat,
  lemurTask,
  liveSpecial,
  submit,
} from './assemblyai-fixtures.ts';
import { copiesOf } from './copies.ts';
import { describePlainContract } from './plain-suite.ts';

interface AssemblyAiModule {
  readonly AssemblyAI: new (options: object) => object;
}

describe('assemblyai', () => {
  describePlainContract({
    instrumentation: assemblyAi,
    // The second number tells versions apart, all of which begin with 4.
    copies: copiesOf([
      ['assemblyai418', 18],
      ['assemblyai', 41],
    ]),
    createClient: (moduleExports, url) =>
      new (moduleExports as AssemblyAiModule).AssemblyAI({
        apiKey: 'test',
        baseUrl: url,
        llmGatewayBaseUrl: url,
        syncBaseUrl: url,
      }),
    apisOf: ({ major }) => (major === 18 ? [submit, lemurTask] : [submit, gatewayChat]),
    specialsOf: ({ major }) =>
      major === 18 ? assemblyAiSpecials : [...assemblyAiSpecials, liveSpecial],
    shapes: [...new Set(assemblyAiSdk.methods.map(({ shape }) => shape))],
    content: SAID,
  });
});
