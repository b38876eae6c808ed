import { instrumentGeneratedClient, patchGeneratedSdk } from '../core/stainless/generated-sdk.ts';
import type { SdkInstrumentation } from '../core/sdk.ts';
import { openaiSdk } from './instrumentation.ts';

/** The official `openai` package, and through its `baseURL` every OpenAI-compatible server. */
export const openai: SdkInstrumentation = {
  packageName: openaiSdk.packageName,
  testedVersions: '4 to 7',
  covers: [
    'chat completions',
    'responses',
    'completions',
    'embeddings',
    'images',
    'audio',
    'moderations',
  ],
  patch: (sdk) => patchGeneratedSdk(openaiSdk, sdk),
  instrumentClient: (client) => instrumentGeneratedClient(openaiSdk, client),
};
