import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { perplexitySdk } from './instrumentation.ts';
import { packages } from './metadata.ts';

/** The official `@perplexity-ai/perplexity_ai` package; most of its answers state their cost. */
export const perplexity: SdkInstrumentation = {
  ...packages[0],
  patch: (sdk) => patchGeneratedSdk(perplexitySdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(perplexitySdk, client),
};
