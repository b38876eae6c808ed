import { createRequire } from 'node:module';
import { describe } from 'vitest';

import type { SdkInstrumentation } from '../../instrumentation/core/sdk.ts';
import { huggingFace } from '../../instrumentation/huggingface/index.ts';
import { copiesOf } from './copies.ts';
import {
  SAID,
  chat,
  completion,
  featureExtraction,
  huggingFaceSpecials,
  streamedGeneration,
  textGeneration,
} from './huggingface-fixtures.ts';
import { describePlainContract } from './plain-suite.ts';

interface HuggingFaceModule {
  readonly InferenceClient: new (accessToken: string, options: object) => object;
}

const require = createRequire(import.meta.url);
const PACKAGES = ['hf3', '@huggingface/inference'];

/** The module of the package that is watched, which is not its main one. */
const inner = new Map<string, unknown>();
for (const name of PACKAGES) {
  const folder = new URL(`../../node_modules/${name}/dist/`, import.meta.url);
  const file = 'lib/getProviderHelper.js';
  inner.set(`${name} esm`, await import(new URL(`esm/${file}`, folder).href));
  inner.set(`${name} commonjs`, require(new URL(`commonjs/${file}`, folder).pathname));
}

const instrumentation: SdkInstrumentation = {
  ...huggingFace,
  patch: (loaded) => {
    const name = loaded.path.replace('/node_modules/', '');
    return huggingFace.patch({ ...loaded, moduleExports: inner.get(`${name} ${loaded.format}`) });
  },
};

describe('@huggingface/inference', () => {
  describePlainContract({
    instrumentation,
    copies: copiesOf([
      ['hf3', 3],
      ['@huggingface/inference', 4],
    ]),
    createClient: (moduleExports, endpointUrl) =>
      new (moduleExports as HuggingFaceModule).InferenceClient('key', { endpointUrl }),
    apisOf: ({ major }) => [chat, major === 3 ? textGeneration : completion, featureExtraction],
    specialsOf: ({ major }) =>
      major === 3 ? [...huggingFaceSpecials, ...streamedGeneration] : huggingFaceSpecials,
    shapes: [],
    content: SAID,
  });
});
