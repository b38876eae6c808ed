import { describe } from 'vitest';

import { ollama } from '../../instrumentation/ollama/index.ts';
import { ollamaSdk } from '../../instrumentation/ollama/instrumentation.ts';
import { copiesOf } from './copies.ts';
import { SAID, chat, embed, generate, ollamaSpecials } from './ollama-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface OllamaModule {
  readonly Ollama: new (options: object) => object;
}

describe('ollama', () => {
  describePlainContract({
    instrumentation: ollama,
    copies: copiesOf([
      ['ollama05', 5],
      ['ollama', 6],
    ]),
    createClient: (moduleExports, baseURL) =>
      new (moduleExports as OllamaModule).Ollama({ host: baseURL }),
    apisOf: () => [chat, generate, embed],
    specialsOf: () => ollamaSpecials,
    shapes: ollamaSdk.methods.map(({ shape }) => shape),
    content: SAID,
    errorReply: (status) => ({ status, json: { error: 'model "llama9" not found' } }),
  });
});
