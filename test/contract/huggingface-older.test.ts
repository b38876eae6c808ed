import { describe } from 'vitest';

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

describe('@huggingface/inference before version 3', () => {
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
