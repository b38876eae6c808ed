import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { togetherSdk } from './instrumentation.ts';

/** The official `together-ai` package. */
export const together: SdkInstrumentation = {
  packageName: togetherSdk.packageName,
  testedVersions: '0.6 to 0.52',
  covers: ['chat completions', 'completions', 'embeddings', 'rerank', 'images', 'audio'],
  patch: (sdk) => patchGeneratedSdk(togetherSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(togetherSdk, client),
};
