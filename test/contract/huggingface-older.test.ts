import { afterAll, beforeAll, describe } from 'vitest';

import { huggingFace } from '../../instrumentation/huggingface/index.ts';
import { copiesOf } from './copies.ts';
import {
  SAID,
  chat,
  featureExtraction,
  streamedGeneration,
  textGeneration,
} from './huggingface-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface HuggingFaceModule {
  readonly HfInference: new (accessToken: string, options: object) => object;
  readonly HfInferenceEndpoint: new (endpointUrl: string, accessToken: string) => object;
}

const { fetch: original } = globalThis;

/** The hub, which these versions ask for the task of a model before they ask the model. */
function fetchWithHub(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  return typeof input === 'string' && input.startsWith('https://huggingface.co/')
    ? Promise.resolve(Response.json({}))
    : original(input, init);
}

describe('@huggingface/inference before version 3', () => {
  beforeAll(() => {
    globalThis.fetch = fetchWithHub;
  });
  afterAll(() => {
    globalThis.fetch = original;
  });

  describePlainContract({
    instrumentation: huggingFace,
    copies: copiesOf([['hf2', 2]]),
    createClient: (moduleExports, endpointUrl) =>
      new (moduleExports as HuggingFaceModule).HfInferenceEndpoint(endpointUrl, 'key'),
    createSingle: (moduleExports) =>
      new (moduleExports as HuggingFaceModule).HfInference('key', {}),
    apisOf: () => [chat, textGeneration, featureExtraction],
    specialsOf: () => streamedGeneration,
    shapes: [],
    content: SAID,
  });
});
